/**
 * One connection to Postgres that never keeps its owner waiting: node-postgres, with deadlines of its own.
 *
 * A server that went silent (a firewall forgot the connection, a machine was unplugged, a process is paused) closes nothing and answers
 * nothing. So each statement has a deadline here: a statement that runs long is canceled, which a server that lives answers; a
 * connection from which nothing comes all the same is destroyed, never waited for and never used again, and all that was asked of it
 * fails with ConnectionSilentError. Whether what was asked is done, its asker decides: COMMIT may have arrived.
 *
 * Nothing is set by startup parameters, which poolers refuse, and nothing by session settings, which a transaction pooler gives to
 * somebody else: what a transaction needs travels with its BEGIN, in the same message.
 */
import { connect } from 'node:net';
import pg from 'pg';

/** How long a row that another holds is waited for, before the caller is told to try again. */
const LOCK_TIMEOUT_MS = 4_000;
/** The server ends a transaction whose owner was paused for so long: nobody else waits for it for ever. */
const IDLE_TRANSACTION_TIMEOUT_MS = 8_000;
/** What takes longer is too much for one question. The server says so itself inside a transaction; outside it is canceled from here. */
const STATEMENT_TIMEOUT_MS = 6_000;
/** A server that lives has answered or refused by then. */
const SILENT_AFTER_MS = 8_000;
/** How long the first statement of a transaction may take. */
export const BEGIN_MS = 3_000;
/** How long a farewell may take. */
const END_MS = 1_000;
/** Before it, a connection that rests is asked by the kernel whether it lives. */
const KEEPALIVE_AFTER_MS = 5_000;

/** Said at once: times are read and written in UTC whatever the server's own zone is, and no wait is for ever. */
const BEGIN_TEXT = [
  'BEGIN ISOLATION LEVEL READ COMMITTED',
  "SET LOCAL TimeZone TO 'UTC'",
  `SET LOCAL lock_timeout TO ${LOCK_TIMEOUT_MS}`,
  `SET LOCAL statement_timeout TO ${STATEMENT_TIMEOUT_MS}`,
  `SET LOCAL idle_in_transaction_session_timeout TO ${IDLE_TRANSACTION_TIMEOUT_MS}`,
].join('; ');

/** Poolers follow this setting of their clients, alone of all that Brim needs. The number is that of the server's own process. */
const INTRODUCTION = "SELECT set_config('TimeZone', 'UTC', false), pg_backend_pid() AS pid";

const PING = 'SELECT 1 AS alive';

/** These are short, and go as they are; COMMIT waits for a disk and for standbys. */
const SILENT_AFTER_OF: Readonly<Record<string, number>> = {
  ...{ BEGIN: BEGIN_MS, COMMIT: 4_000, ROLLBACK: 2_000 },
  ...{ [INTRODUCTION]: BEGIN_MS, [PING]: 2_000 },
};

/** Nothing came within the deadline, and the connection is gone. In the terms of a socket, so that it is known wherever those are. */
export class ConnectionSilentError extends Error {
  readonly code = 'ETIMEDOUT';
  readonly errno = -110;
  readonly syscall = 'read';

  constructor(silentMs: number) {
    super(`Postgres did not answer for ${Math.round(silentMs)} ms, so the connection was given up.`);
    this.name = 'ConnectionSilentError';
  }
}

/** Where the database is. A function is asked for each new connection, because the embedded server may move. */
export type DatabaseUrl = string | (() => string);

export function urlNow(url: DatabaseUrl): string {
  return typeof url === 'string' ? url : url();
}

type Wish = pg.QueryConfig<unknown[]>;
type Callback = (error: Error, result: pg.QueryResult) => void;

/** A statement that is not answered yet. */
interface Question {
  readonly askedAtMs: number;
  /** There is nothing to cancel about it. */
  readonly isShort: boolean;
  timers: readonly NodeJS.Timeout[];
}

export class Connection extends pg.Client {
  /** True where a pooler stands in between: a statement that was named may next be sent to a server that does not know the name. */
  isPooled = false;
  /** Is told once, when it was given up. */
  onSilent: () => void = () => undefined;
  /** Is told with which SQLSTATE the server refused a statement. */
  onRefused: (sqlState: string) => void = () => undefined;
  readonly #questions = new Set<Question>();
  #pinging: Promise<void> | undefined;
  #atMostMs = Number.POSITIVE_INFINITY;

  constructor(config: pg.ClientConfig = {}) {
    super({ ...config, keepAlive: true, keepAliveInitialDelayMillis: KEEPALIVE_AFTER_MS });
    const end = this.end.bind(this);
    // Assigned, because node-postgres gives both of them several shapes.
    Object.assign(this, {
      query: (asked: string | Wish, values?: unknown[], callback?: Callback) => {
        const given = typeof asked === 'string' ? { text: asked } : asked;
        const wish = this.#wishOf(given);
        const answered = this.#watch(given.text);
        if (!callback) {
          const ask = () => super.query(wish, values);
          return (this.#pinging ? this.#pinging.then(ask) : ask())
            .catch((error: unknown) => this.#refuse(error))
            .finally(answered);
        }
        return super.query(values ? { ...wish, values } : wish, (error: Error, result: pg.QueryResult) => {
          answered();
          callback(error, result);
        });
      },
      end: (callback?: (error: Error) => void) => {
        const giveUp = setTimeout(() => this.connection.stream.destroy(), END_MS);
        giveUp.unref();
        this.once('end', () => clearTimeout(giveUp));
        return callback ? end(callback) : end();
      },
    });
  }

  /** To be called once it is connected: says what Brim takes for granted, and learns who is at the other end. */
  async introduce(): Promise<void> {
    const { rows } = await this.query<{ pid: number }>(INTRODUCTION);
    this.isPooled = rows[0]?.pid !== this.#processId;
  }

  /** Asks whether it lives, while nothing else is asked: it is given up where it does not. Never rejects. */
  ping(): void {
    if (this.#questions.size > 0) return;
    const asked = this.query(PING).then(
      () => undefined,
      () => undefined,
    );
    this.#pinging = asked.finally(() => {
      this.#pinging = undefined;
    });
  }

  /** From now on, and for what is asked already, no answer is waited for longer. */
  hurry(atMostMs: number): void {
    this.#atMostMs = Math.min(this.#atMostMs, atMostMs);
    for (const question of this.#questions) this.#arm(question, this.#atMostMs);
  }

  /** Gives it up. */
  abandon(silentMs: number): void {
    if (this.connection.stream.destroyed) return;
    this.connection.stream.destroy(new ConnectionSilentError(silentMs));
    this.onSilent();
  }

  #refuse(error: unknown): never {
    if (error instanceof pg.DatabaseError && error.code !== undefined) this.onRefused(error.code);
    throw error;
  }

  get #processId(): unknown {
    return Reflect.get(this, 'processID');
  }

  #wishOf(wish: Wish): Wish {
    if (wish.text === 'BEGIN') return { text: BEGIN_TEXT };
    if (wish.text in SILENT_AFTER_OF) return { text: wish.text };
    if (!this.isPooled) return wish;
    const { name: _, ...unnamed } = wish;
    return unnamed;
  }

  /** @returns what to call when it is answered. */
  #watch(text: string): () => void {
    // Its owner has no more time for what it asked before.
    const isOutOfTime = text === 'ROLLBACK' && this.#questions.size > 0;
    const question: Question = { askedAtMs: performance.now(), isShort: text in SILENT_AFTER_OF, timers: [] };
    this.#questions.add(question);
    this.#arm(question, isOutOfTime ? 0 : Math.min(SILENT_AFTER_OF[text] ?? SILENT_AFTER_MS, this.#atMostMs));
    return () => {
      this.#questions.delete(question);
      for (const timer of question.timers) clearTimeout(timer);
    };
  }

  #arm(question: Question, limitMs: number): void {
    for (const timer of question.timers) clearTimeout(timer);
    const cancel = question.isShort ? [] : [setTimeout(() => this.#cancel(), Math.min(STATEMENT_TIMEOUT_MS, limitMs))];
    const giveUp = setTimeout(() => {
      // Where this process itself was slow, the answer may be there unread: it is read before this goes on.
      setImmediate(() => {
        if (this.#questions.has(question)) this.abandon(performance.now() - question.askedAtMs);
      });
    }, limitMs);
    question.timers = [...cancel, giveUp];
  }

  /** Asks the server, by a connection of its own as its protocol has it, to stop what this one is at. */
  #cancel(): void {
    const [processId, secret] = [this.#processId, Reflect.get(this, 'secretKey')];
    if (typeof processId !== 'number' || typeof secret !== 'number') return;
    const request = Buffer.alloc(16);
    for (const [index, word] of [request.length, CANCEL_REQUEST, processId, secret].entries())
      request.writeInt32BE(word, index * 4);
    const place = this.host.startsWith('/')
      ? { path: `${this.host}/.s.PGSQL.${this.port}` }
      : { host: this.host, port: this.port };
    const socket = connect(place, () => socket.end(request));
    socket.setTimeout(END_MS, () => socket.destroy());
    socket.on('error', () => undefined);
  }
}

/** The protocol's number for it. */
const CANCEL_REQUEST = 80_877_102;
