/**
 * Gives every error that leaves a code, and limits how much of the caller's input its message
 * repeats.
 *
 * Brim's own errors have a code from the start. Errors of GraphQL and Yoga get one here, by their
 * cause, with the names that Apollo Server established. Their messages repeat the caller's whole
 * input, so they are shortened here.
 */
import { GraphQLError, Kind } from 'graphql';
import { shortenEchoes, shortenMessage } from '../../values/shorten.ts';

export const PARSE_FAILED_CODE = 'GRAPHQL_PARSE_FAILED';
export const VALIDATION_FAILED_CODE = 'GRAPHQL_VALIDATION_FAILED';
const NO_OPERATION_CODE = 'OPERATION_RESOLUTION_FAILURE';
const BAD_INPUT_CODE = 'BAD_USER_INPUT';
const BAD_REQUEST_CODE = 'BAD_REQUEST';

/** The code for a status where nothing more is known. */
const CODES_OF_STATUS: Readonly<Record<number, string>> = {
  401: 'UNAUTHENTICATED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_ALLOWED',
  406: 'NOT_ACCEPTABLE',
  408: 'REQUEST_TIMEOUT',
  413: 'PAYLOAD_TOO_LARGE',
  415: 'UNSUPPORTED_MEDIA_TYPE',
  417: 'EXPECTATION_FAILED',
  429: 'RATE_LIMITED',
  431: 'HEADERS_TOO_LARGE',
};

export function codeOfStatus(status: unknown): string {
  return CODES_OF_STATUS[Number(status)] ?? BAD_REQUEST_CODE;
}

/** Codes of errors whose messages GraphQL and Yoga write. */
const FOREIGN: readonly string[] = [
  ...[PARSE_FAILED_CODE, VALIDATION_FAILED_CODE, NO_OPERATION_CODE, BAD_INPUT_CODE],
  ...Object.values(CODES_OF_STATUS),
  BAD_REQUEST_CODE,
];

/**
 * Yoga uses BAD_REQUEST for errors that have a code of their own, and GraphQL gives no code to an
 * invalid variable.
 */
function codeOf({ nodes, extensions: { code, http } }: GraphQLError): string {
  if (typeof code === 'string' && code !== BAD_REQUEST_CODE) return code;
  const status = typeof http === 'object' && http !== null && 'status' in http ? http.status : undefined;
  // The error about too many invalid variables has no nodes, but it has a status.
  if ((nodes && nodes.length > 0) || (code === undefined && status === 400)) return BAD_INPUT_CODE;
  return codeOfStatus(status);
}

/**
 * The same error with a code, with a message of bounded length, and without Yoga's `originalError`
 * extension. The code tells whether GraphQL wrote the message.
 */
export function coded(error: GraphQLError): GraphQLError {
  const code = codeOf(error);
  const shorten = FOREIGN.includes(code) ? shortenMessage : shortenEchoes;
  const { originalError: ofBody, ...extensions } = error.extensions;
  const message = code === NO_OPERATION_CODE ? NO_OPERATION : shorten(error.message);
  // An error that needs no change keeps its identity and its class.
  const isRight = code === error.extensions['code'] && message === error.message && code !== BAD_REQUEST_CODE;
  if (isRight && ofBody === undefined) return error;
  const { nodes = null, source = null, positions = null, path = null } = error;
  const http = code === BAD_REQUEST_CODE ? { http: asBadRequest(extensions['http']) } : {};
  return new GraphQLError(message, { nodes, source, positions, path, extensions: { ...extensions, code, ...http } });
}

/**
 * Where an error has `spec`, Yoga answers clients of "application/json" with 200. A request that
 * cannot be read is 400 for everybody.
 */
function asBadRequest(http: unknown): object {
  return { status: 400, ...(typeof http === 'object' ? http : {}), spec: false };
}

/** The name is wrong, the name is missing, or the document has no operation. */
const NO_OPERATION = 'There is no such operation: where the document has several, "operationName" says which.';

export function noOperation(): GraphQLError {
  return new GraphQLError(NO_OPERATION, { extensions: { code: NO_OPERATION_CODE } });
}

/** Sets the code where the error has none. */
export function withCode(error: GraphQLError, code: string): GraphQLError {
  error.extensions['code'] ??= code;
  return error;
}

/**
 * True for an error that GraphQL found in a resolver's result: its node is a field. Errors that it
 * finds in the caller's input have an argument or a variable as their node.
 */
export function isOfAnswer({ path, nodes, extensions }: GraphQLError): boolean {
  return path !== undefined && extensions['code'] === undefined && (nodes?.[0] === undefined || nodes[0].kind === Kind.FIELD);
}
