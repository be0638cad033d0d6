/** What must be true of every answer. */
import { MARK } from './hostile.ts';

/** Codes for failures that are not the caller's fault. */
const SURPRISES = ['INTERNAL', 'UNAVAILABLE', 'OUTCOME_UNKNOWN', 'ANSWER_INCOMPLETE'];
const ECHO_MAX = 200;

interface GivenError {
  readonly message?: unknown;
  readonly extensions?: { readonly code?: unknown };
}

/** @throws Error with what is wrong of the answer. */
export function expectAnswered(status: number, text: string): void {
  if (status >= 500) throw new Error(`answered ${status}: ${text.slice(0, 1_000)}`);
  const answer: { errors?: readonly GivenError[]; data?: unknown } = JSON.parse(text);
  for (const { message, extensions } of answer.errors ?? []) {
    const code = extensions?.code;
    if (typeof code !== 'string' || !/^[A-Z][A-Z_]+$/.test(code)) throw new Error(`an error without a code: ${message}`);
    if (SURPRISES.includes(code)) throw new Error(`a surprise: ${JSON.stringify({ message, extensions })}`);
  }
  for (const message of messagesIn(answer)) {
    if (message.split(MARK).length - 1 > ECHO_MAX) throw new Error(`a message repeats what was sent: ${message.slice(0, 1_000)}`);
  }
}

/** Every `message`, of errors and of refusals that are data. */
function messagesIn(part: unknown): readonly string[] {
  if (typeof part !== 'object' || part === null) return [];
  return Object.entries(part).flatMap(([name, value]) =>
    name === 'message' && typeof value === 'string' ? [value] : messagesIn(value),
  );
}
