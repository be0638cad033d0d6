/** Sends rows to a running Brim. */
import { setTimeout as wait } from 'node:timers/promises';
import { StartError } from '../../platform/start-error.ts';
import type { Terminal } from '../terminal.ts';
import { sayingWaits, timeIn } from '../waiting.ts';
import type { FileRow } from './rows.ts';

export interface Door {
  readonly url: string;
  readonly secretKey: string;
  readonly terminal: Pick<Terminal, 'note'>;
}

export interface Answered {
  readonly imported: number;
  readonly replayed: number;
  readonly refused: readonly Refused[];
}

interface Refused {
  readonly index: number;
  readonly message: string;
  readonly retryable: boolean;
}

const IMPORT = `mutation ImportBalances($rows: [ImportRowInput!]!) { importBalances(input: { rows: $rows }) {
  ... on ImportBalancesSuccess { imported replayed refused { index message retryable } }
  ... on Error { message } } }`;
const PAUSES_MS = [250, 1_000, 4_000, 10_000, 20_000];
/** Of one request: Brim answers far sooner, unless it is stuck. */
const TIMEOUT_MS = 60_000;

/**
 * Sends rows until each is imported or refused for good. Their keys make it safe to send them
 * again.
 * @throws StartError where Brim cannot be asked.
 */
export async function sendRows(door: Door, rows: readonly FileRow[]): Promise<Answered> {
  let left = rows.map((_, index) => index);
  const sum = { imported: 0, replayed: 0 };
  const refused: Refused[] = [];
  let isTold = false;
  for (let attempt = 0; left.length > 0; attempt += 1) {
    const sent = left;
    const pauseMs = PAUSES_MS[attempt];
    const leftMs = PAUSES_MS.slice(attempt).reduce((sum, each) => sum + each, 0);
    const answer = await ask(
      door,
      sent.flatMap((index) => rows[index]?.row ?? []),
    );
    if ('problem' in answer) {
      if (pauseMs === undefined || !answer.retryable) throw new StartError(`${answer.problem} ${answer.advice}`);
      if (!isTold) door.terminal.note(`${answer.problem} Trying again until ${timeIn(leftMs)}.`);
      isTold = true;
    } else {
      sum.imported += answer.imported;
      sum.replayed += answer.replayed;
      const again = answer.refused.filter(({ retryable }) => retryable && pauseMs !== undefined);
      refused.push(
        ...answer.refused.filter((row) => !again.includes(row)).map((row) => ({ ...row, index: sent[row.index] ?? 0 })),
      );
      left = again.map(({ index }) => sent[index] ?? 0);
    }
    if (left.length > 0) await wait(pauseMs ?? 0);
  }
  return { ...sum, refused };
}

interface Problem {
  readonly problem: string;
  readonly advice: string;
  readonly retryable: boolean;
}

async function ask({ url, secretKey, terminal }: Door, rows: readonly unknown[]): Promise<Answered | Problem> {
  let response: Response;
  try {
    response = await sayingWaits(terminal, `Waiting for Brim at ${url} to answer.`, () =>
      fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${secretKey}` },
        body: JSON.stringify({ query: IMPORT, variables: { rows } }),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      }),
    );
  } catch {
    return { problem: `Brim cannot be reached at ${url}.`, advice: 'Is it started, and is --url right?', retryable: true };
  }
  const { data, errors } = await response.json().catch(() => ({ errors: [{ message: `it answered ${response.status}` }] }));
  const answer = data?.importBalances;
  if (answer?.refused) return answer;
  const message = answer?.message ?? errors?.[0]?.message ?? `it answered ${response.status}`;
  const retryable = response.status === 429 || response.status >= 500;
  return { problem: `Brim at ${url} refuses: ${message}`, advice: 'What was imported is not imported again.', retryable };
}
