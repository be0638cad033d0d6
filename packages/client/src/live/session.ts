/** What the three transports have in common: a session serves watches until it ends. */
import type { Operation, Place } from './ask.ts';
import { type GraphqlError, type LiveError, toLiveError } from './live-error.ts';

/** Something that a page subscribes to. */
export interface Watch<Message, Answer> {
  /** The subscription, with the variables of this moment. */
  subscription(): Operation;
  next(message: Message): void;
  /** The query that polling sends instead. */
  readonly question: Operation;
  answer(answer: Answer): void;
  /**
   * Reports a failure. After a retryable error the watch is tried again; otherwise it has ended.
   */
  fail(error: LiveError): void;
}

export interface SessionOptions extends Place {
  readonly token: string;
  readonly pollIntervalMs: number;
  readonly onLive: () => void;
  /** A message arrived after the opening, so the transport works. */
  readonly onHeard: () => void;
  /** May be called more than once; only the first call counts. */
  readonly onEnd: (error: LiveError) => void;
}

export interface Session {
  /** @returns a function that removes the watch. */
  add<Message extends Record<string, unknown>, Answer>(watch: Watch<Message, Answer>): () => void;
  close(): void;
}

export type OpenSession = (options: SessionOptions) => Session;

export interface Result<Message> {
  readonly data?: Message | null | undefined;
  readonly errors?: readonly GraphqlError[] | undefined;
}

/** Passes a result on. A retryable error ends the session, and the next session asks again. */
export function hand<Message, Answer>(
  { data, errors: [error] = [] }: Result<Message>,
  watch: Watch<Message, Answer>,
  { onEnd }: Pick<SessionOptions, 'onEnd'>,
): void {
  if (!error) {
    if (data) watch.next(data);
    return;
  }
  const problem = toLiveError(error);
  if (problem.retryable) onEnd(problem);
  else watch.fail(problem);
}
