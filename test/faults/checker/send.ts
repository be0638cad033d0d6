/**
 * Sends a command, by the way that it wants, and reads from the answer what it says of each of its
 * marks.
 */
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { TEST_KEY } from '../../support/brim.ts';
import { patience } from '../../support/deadlines.ts';
import type { Command, Outcome } from './command.ts';

export interface Said {
  readonly outcomes: readonly Outcome[];
  /** The answer as it came, or why none did. */
  readonly words: string;
  /** True where the answer says nothing that a client could go by. */
  readonly isSenseless?: boolean;
}

interface GraphqlAnswer {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly { readonly message: string; readonly extensions?: Readonly<Record<string, unknown>> }[];
}

/** Nobody waits longer for an answer than this; what comes later is as good as lost. */
const PATIENCE_MS = patience(25_000);

export async function send(url: string, command: Command): Promise<Said> {
  try {
    if (command.transport === 'v1') return await overV1(url, command);
    const answer = command.transport === 'http' ? await overHttp(url, command) : await overSocket(url, command);
    return { outcomes: readGraphql(command, answer), words: JSON.stringify(answer) };
  } catch (error) {
    return {
      outcomes: command.marks.map(() => 'silence'),
      words: String(error),
      isSenseless: error instanceof SenselessAnswerError,
    };
  }
}

function documentOf({ verb, selection }: Command): string {
  const name = `${verb.charAt(0).toUpperCase()}${verb.slice(1)}`;
  return `mutation ($input: ${name}Input!) { ${verb}(input: $input) { __typename ... on ${name}Success { ${selection} } ... on Error { message } } }`;
}

async function overHttp(url: string, command: Command): Promise<GraphqlAnswer> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${TEST_KEY}` },
    body: JSON.stringify({ query: documentOf(command), variables: { input: command.input } }),
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  const answer: GraphqlAnswer = JSON.parse(await response.text());
  return answer;
}

async function overSocket(url: string, command: Command): Promise<GraphqlAnswer> {
  const client = createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${TEST_KEY}` },
    retryAttempts: 0,
  });
  const answers = client.iterate({ query: documentOf(command), variables: { input: command.input } });
  try {
    const { value } = await answers.next();
    if (!value) throw new Error('the socket ended without an answer');
    return value as GraphqlAnswer;
  } catch (error) {
    // A list: what the operation was refused with as a whole. Anything else: the socket broke.
    if (Array.isArray(error)) return { errors: error };
    throw error;
  } finally {
    await client.dispose();
  }
}

const OF_CODE: Readonly<Record<string, Outcome>> = {
  UNAVAILABLE: 'nothing',
  OVERLOADED: 'nothing',
  RATE_LIMITED: 'nothing',
  OUTCOME_UNKNOWN: 'unknown',
  ANSWER_INCOMPLETE: 'done',
};

class SenselessAnswerError extends Error {}

/** @throws SenselessAnswerError for a code that nobody should see. */
function outcomeOf(code: unknown, answer: unknown): Outcome {
  const outcome = OF_CODE[String(code).toUpperCase()];
  if (!outcome) throw new SenselessAnswerError(JSON.stringify(answer));
  return outcome;
}

function readGraphql({ verb, marks, learn }: Command, { data, errors = [] }: GraphqlAnswer): readonly Outcome[] {
  const [error] = errors;
  if (error) {
    const outcome = outcomeOf(error.extensions?.['code'], error);
    // Of a batch that stands in part nobody knows which.
    return marks.map(() => (outcome === 'done' && marks.length > 1 ? 'unknown' : outcome));
  }
  const payload = (data?.[verb] ?? {}) as Readonly<Record<string, unknown>>;
  if (marks.length > 1) {
    const results = payload['results'] as readonly { __typename: string; message?: string }[] | undefined;
    return marks.map((_, index) => ofItem(results?.[index]));
  }
  if (!String(payload['__typename']).endsWith('Success')) return ['refused'];
  learn?.(payload);
  return ['done'];
}

function ofItem(result: { readonly __typename: string; readonly message?: string } | undefined): Outcome {
  if (result?.__typename === 'TrackSuccess') return 'done';
  if (result?.__typename !== 'NotTrackedError') return 'refused';
  return ofWords(result.message ?? '');
}

function ofWords(words: string): Outcome {
  if (words.includes('not known')) return 'unknown';
  return words.includes('Nothing was done') || words.includes('could not be read') ? 'nothing' : 'unknown';
}

async function overV1(url: string, { verb, input, key, marks }: Command): Promise<Said> {
  const response = await fetch(`${url}/v1/${verb}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${TEST_KEY}`,
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    },
    body: JSON.stringify(input),
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  const words = await response.text();
  const { code, message = '' } = JSON.parse(words);
  if (response.ok) return { outcomes: marks.map(() => 'done'), words };
  if (code === 'batch_incomplete') return { outcomes: marks.map((_, index) => ofPlace(message, index)), words };
  const isPlain = response.status < 500 && response.status !== 429;
  return { outcomes: marks.map(() => (isPlain ? 'refused' : outcomeOf(code, words))), words };
}

/**
 * "Not tracked, by their place in the list: 0: …; 2: … Not known whether tracked, by their place in
 * the list: 1: …"
 */
function ofPlace(message: string, index: number): Outcome {
  const [refused, unknown] = message.split('Not known whether tracked').map((part) => reasonOf(part, index));
  if (unknown !== undefined) return 'unknown';
  if (refused === undefined) return 'done';
  return refused.includes('Nothing was done') || refused.includes('could not be read') ? 'nothing' : 'refused';
}

function reasonOf(part: string, index: number): string | undefined {
  return part.split(/(?:list:|;) (?=\d+: )/).find((reason) => reason.startsWith(`${index}: `));
}
