/**
 * The code of every error that leaves, and how much of what a caller sent its message may repeat.
 *
 * Errors of ours have a code from the start. Those of GraphQL and Yoga get one here, by what they are about, under the names that Apollo
 * Server made usual. Their messages repeat the whole of what was sent: here they are cut.
 */
import { GraphQLError, Kind } from 'graphql';
import { shortenEchoes, shortenMessage } from '../../values/shorten.ts';

export const PARSE_FAILED_CODE = 'GRAPHQL_PARSE_FAILED';
export const VALIDATION_FAILED_CODE = 'GRAPHQL_VALIDATION_FAILED';
const NO_OPERATION_CODE = 'OPERATION_RESOLUTION_FAILURE';
const BAD_INPUT_CODE = 'BAD_USER_INPUT';
const BAD_REQUEST_CODE = 'BAD_REQUEST';

/** What a status means where nothing more is known. */
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

/** Codes of errors whose words are not ours. */
const FOREIGN: readonly string[] = [
  ...[PARSE_FAILED_CODE, VALIDATION_FAILED_CODE, NO_OPERATION_CODE, BAD_INPUT_CODE],
  ...Object.values(CODES_OF_STATUS),
  BAD_REQUEST_CODE,
];

/** Yoga says BAD_REQUEST of much that has a name of its own, and GraphQL says nothing of a variable that cannot be read. */
function codeOf({ nodes, extensions: { code, http } }: GraphQLError): string {
  if (typeof code === 'string' && code !== BAD_REQUEST_CODE) return code;
  const status = typeof http === 'object' && http !== null && 'status' in http ? http.status : undefined;
  // What is said of very many wrong variables stands nowhere, but has a status.
  if ((nodes && nodes.length > 0) || (code === undefined && status === 400)) return BAD_INPUT_CODE;
  return codeOfStatus(status);
}

/**
 * The same error with a code, without what it says of a body beside its message, and with a message of bounded length.
 * What is an error of GraphQL's is known by its code.
 */
export function coded(error: GraphQLError): GraphQLError {
  const code = codeOf(error);
  const shorten = FOREIGN.includes(code) ? shortenMessage : shortenEchoes;
  const { originalError: ofBody, ...extensions } = error.extensions;
  const message = code === NO_OPERATION_CODE ? NO_OPERATION : shorten(error.message);
  // An error that says what it should stays itself, and of its class.
  const isRight = code === error.extensions['code'] && message === error.message && code !== BAD_REQUEST_CODE;
  if (isRight && ofBody === undefined) return error;
  const { nodes = null, source = null, positions = null, path = null } = error;
  const http = code === BAD_REQUEST_CODE ? { http: asBadRequest(extensions['http']) } : {};
  return new GraphQLError(message, { nodes, source, positions, path, extensions: { ...extensions, code, ...http } });
}

/** Yoga keeps 200 for clients of "application/json" where it says `spec`; but what is no request at all is 400 for everybody. */
function asBadRequest(http: unknown): object {
  return { status: 400, ...(typeof http === 'object' ? http : {}), spec: false };
}

/** Whether the name is wrong, is missing, or there is nothing to name. */
const NO_OPERATION = 'There is no such operation: where the document has several, "operationName" says which.';

export function noOperation(): GraphQLError {
  return new GraphQLError(NO_OPERATION, { extensions: { code: NO_OPERATION_CODE } });
}

/** With this code, where it has none. */
export function withCode(error: GraphQLError, code: string): GraphQLError {
  error.extensions['code'] ??= code;
  return error;
}

/**
 * True for what GraphQL found wrong with what a resolver gave. It stands at the field; what it finds wrong with what a caller gave
 * stands at the argument, or at the variable.
 */
export function isOfAnswer({ path, nodes, extensions }: GraphQLError): boolean {
  return path !== undefined && extensions['code'] === undefined && (nodes?.[0] === undefined || nodes[0].kind === Kind.FIELD);
}
