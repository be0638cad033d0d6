/** What the three ways of being told have in common: a session tells watches what they want, until it ends. */
import type { Operation, Place } from './ask.ts';
import { type GraphqlError, type LiveError, toLiveError } from './live-error.ts';

/** Something that a page wants to be told. */
export interface Watch<Message, Answer> {
  /** The subscription, as it is to be opened at this moment. */
  subscription(): Operation;
  next(message: Message): void;
  /** What is asked instead, again and again, where nothing can be pushed. */
  readonly question: Operation;
  answer(answer: Answer): void;
  /** It cannot be had. Where the error is retryable, it is tried again; else it was refused for good. */
  fail(error: LiveError): void;
}

export interface SessionOptions extends Place {
  readonly token: string;
  readonly pollIntervalMs: number;
  readonly onLive: () => void;
  /** Something came that was not only the opening: the way works. */
  readonly onHeard: () => void;
  /** May be called more than once: the first counts. */
  readonly onEnd: (error: LiveError) => void;
}

export interface Session {
  /** @returns takes it out again. */
  add<Message extends Record<string, unknown>, Answer>(watch: Watch<Message, Answer>): () => void;
  close(): void;
}

export type OpenSession = (options: SessionOptions) => Session;

export interface Result<Message> {
  readonly data?: Message | null | undefined;
  readonly errors?: readonly GraphqlError[] | undefined;
}

/** Hands a result on. What may be mended ends the whole session, and the next one asks again. */
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
