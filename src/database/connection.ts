/**
 * A node-postgres connection with deadlines, so that no user waits for a silent server.
 *
 * A silent server (a firewall dropped the connection, a machine was unplugged, a process is paused)
 * neither closes nor answers. Each statement therefore has a deadline here. A read that runs long
 * is canceled, to which a live server responds. A connection that stays silent after that is
 * destroyed and never used again, and its statements fail with ConnectionSilentError. The caller
 * decides what that means: a write may have arrived.
 */
import { connect } from 'node:net';
import pg from 'pg';
import { spans } from '../platform/spans.ts';
import { BEGIN_TEXT, BOUNDS, INTRODUCTION, isShort, mayWrite, PING, STATEMENT_TIMEOUT_MS, silentAfterMs } from './deadlines.ts';
import { SESSION_SETTINGS, type SessionSetting } from './session-settings.ts';

/** The longest time for closing a connection. */
const END_MS = 1_000;
/** Idle connections are probed by TCP keepalive after this time. */
const KEEPALIVE_AFTER_MS = 5_000;

/**
 * Nothing came within the deadline, and the connection was destroyed. Has a socket error's
 * properties, so that code for those recognises it.
 */
export class ConnectionSilentError extends Error {
  readonly code = 'ETIMEDOUT';
  readonly errno = -110;
  readonly syscall = 'read';

  constructor(silentMs: number) {
    super(`Postgres did not answer for ${Math.round(silentMs)} ms, so the connection was given up.`);
    this.name = 'ConnectionSilentError';
  }
}

/**
 * The database's URL. A function is called for each new connection, because the embedded server may
 * move.
 */
export type DatabaseUrl = string | (() => string);

export function urlNow(url: DatabaseUrl): string {
  return typeof url === 'string' ? url : url();
}

type Query = pg.QueryConfig<unknown[]>;
type Callback = (error: Error, result: pg.QueryResult) => void;

/** A statement without an answer yet. */
interface PendingStatement {
  readonly text: string;
  readonly askedAtMs: number;
  timers: readonly NodeJS.Timeout[];
}

export class Connection extends pg.Client {
  /**
   * True behind a pooler, which may send a named statement to a server process that does not know
   * the name.
   */
  isPooled = false;
  /** How many statements were canceled because they took too long. */
  cancels = 0;
  /** Called once, when the connection is given up. */
  onSilent: () => void = () => undefined;
  /** Receives the SQLSTATE of every statement that the server refused. */
  onRefused: (sqlState: string) => void = () => undefined;
  readonly #pending = new Set<PendingStatement>();
  #pinging: Promise<void> | undefined;
  #atMostMs = Number.POSITIVE_INFINITY;

  constructor(config: pg.ClientConfig = {}) {
    super({ ...config, keepAlive: true, keepAliveInitialDelayMillis: KEEPALIVE_AFTER_MS });
    const end = this.end.bind(this);
    // Assigned, because node-postgres declares several overloads for both.
    Object.assign(this, {
      query: (asked: string | Query, values?: unknown[], callback?: Callback) => {
        const given = typeof asked === 'string' ? { text: asked } : asked;
        const query = this.#preparedQuery(given);
        const answered = this.#watch(given.text);
        if (!callback) {
          const ask = () => super.query(query, values);
          return (this.#pinging ? this.#pinging.then(ask) : ask()).then(
            (result: pg.QueryResult) => {
              answered();
              return result;
            },
            (error: unknown) => {
              answered(error);
              this.#refuse(error);
            },
          );
        }
        return super.query(values ? { ...query, values } : query, (error: Error, result: pg.QueryResult) => {
          answered(error ?? undefined);
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

  /**
   * Call it after connecting. Sets the time zone, finds out whether a pooler is in between, and
   * sets the bounds and the other settings where there is none.
   */
  async introduce(settings: readonly SessionSetting[] = []): Promise<void> {
    const { rows } = await this.query<{ pid: number }>(INTRODUCTION);
    this.isPooled = rows[0]?.pid !== this.#processId;
    if (this.isPooled) return;
    await this.query(BOUNDS);
    for (const setting of settings) await this.query(SESSION_SETTINGS[setting]);
  }

  /** Checks an idle connection, and gives it up where the server does not answer. Never rejects. */
  ping(): void {
    if (this.#pending.size > 0) return;
    const asked = this.query(PING).then(
      () => undefined,
      () => undefined,
    );
    this.#pinging = asked.finally(() => {
      this.#pinging = undefined;
    });
  }

  /** Shortens the deadlines of all pending and later statements. */
  hurry(atMostMs: number): void {
    this.#atMostMs = Math.min(this.#atMostMs, atMostMs);
    for (const statement of this.#pending) this.#arm(statement, this.#atMostMs);
  }

  /** Destroys the connection. */
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

  #preparedQuery(query: Query): Query {
    if (query.text === 'BEGIN') return { text: BEGIN_TEXT };
    if (isShort(query.text)) return { text: query.text };
    if (!this.isPooled) return query;
    const { name: _, ...unnamed } = query;
    return unnamed;
  }

  /** @returns a function to call when the statement is answered, or has failed with this error. */
  #watch(text: string): (error?: unknown) => void {
    // The owner has no time left for its pending statement.
    const isOutOfTime = text === 'ROLLBACK' && this.#pending.size > 0;
    const statement: PendingStatement = { text, askedAtMs: performance.now(), timers: [] };
    this.#pending.add(statement);
    this.#arm(statement, isOutOfTime ? 0 : Math.min(silentAfterMs(text), this.#atMostMs));
    const span = spans()?.open('statement', { text, host: this.host, port: this.port, database: this.database });
    return (error) => {
      this.#pending.delete(statement);
      for (const timer of statement.timers) clearTimeout(timer);
      span?.end({ error });
    };
  }

  #arm(statement: PendingStatement, limitMs: number): void {
    for (const timer of statement.timers) clearTimeout(timer);
    const cancelIfRead = () => !mayWrite(statement.text) && this.#cancel();
    const cancel = isShort(statement.text) ? [] : [setTimeout(cancelIfRead, Math.min(STATEMENT_TIMEOUT_MS, limitMs))];
    const giveUp = setTimeout(() => {
      // If this process itself was slow, the answer may be in the socket's buffer, which is read
      // before this callback runs.
      setImmediate(() => {
        if (this.#pending.has(statement)) this.abandon(performance.now() - statement.askedAtMs);
      });
    }, limitMs);
    statement.timers = [...cancel, giveUp];
  }

  /**
   * Asks the server to cancel the running statement, over a connection of its own, as the protocol
   * requires.
   */
  #cancel(): void {
    const [processId, secret] = [this.#processId, Reflect.get(this, 'secretKey')];
    if (typeof processId !== 'number' || typeof secret !== 'number') return;
    this.cancels += 1;
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

/** The protocol's number for a cancel request. */
const CANCEL_REQUEST = 80_877_102;
