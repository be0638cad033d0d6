/**
 * The first connection to the database, at the start. It can wait for a database that starts later
 * than Brim. Its errors name the variable, the host and a solution, and never the password.
 */
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { StartError } from '../platform/start-error.ts';
import { type ConnectionFailure, connectionFailureOf } from './connection-errors.ts';

export interface StartupConnection {
  readonly url: string;
  /** The variable that contains the URL. */
  readonly variable?: string;
  /** How long to wait for a database that may still start. */
  readonly waitMs?: number;
  /** Receives a sentence about the wait: at once and every five seconds. */
  readonly onWait?: (sentence: string) => void;
}

const ATTEMPT_TIMEOUT_MS = 5_000;
const RETRY_MS = 500;
const TELL_EVERY_MS = 5_000;

/**
 * @returns a connected client, which the caller ends.
 * @throws StartError.
 */
export async function connectAtStart({
  url,
  variable = 'DATABASE_URL',
  waitMs = 0,
  onWait,
}: StartupConnection): Promise<pg.Client> {
  const end = performance.now() + waitMs;
  let tellAt = 0;
  for (;;) {
    try {
      return await connect(url);
    } catch (cause) {
      const failure = connectionFailureOf(cause);
      const leftMs = end - performance.now();
      const sentence = tell(failure, url, variable);
      if (!failure.isTransient || leftMs <= 0) throw new StartError(`${sentence} ${adviceOf(failure, url)}`, { cause });
      if (performance.now() >= tellAt) {
        onWait?.(`${sentence} Trying for another ${Math.ceil(leftMs / 1_000)} s.`);
        tellAt = performance.now() + TELL_EVERY_MS;
      }
      await wait(RETRY_MS);
    }
  }
}

/**
 * Turns an error of a startup statement into a StartError; the error itself where the operator
 * cannot solve it.
 */
export function toStartError(error: unknown, { url, variable = 'DATABASE_URL' }: StartupConnection): unknown {
  const failure = connectionFailureOf(error);
  if (error instanceof StartError || !failure.isKnown || failure.isTransient) return error;
  return new StartError(`${tell(failure, url, variable)} ${adviceOf(failure, url)}`, { cause: error });
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'brim: migrations',
    connectionTimeoutMillis: ATTEMPT_TIMEOUT_MS,
  });
  // An 'error' event without a listener ends the process. Pending statements fail by themselves.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return client;
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
}

function tell({ what }: ConnectionFailure, url: string, variable: string): string {
  return withoutPassword(
    `${variable}: ${what.replaceAll('{place}', placeOf(url)).replaceAll('{database}', databaseOf(url))}`,
    url,
  );
}

const adviceOf = ({ advice }: ConnectionFailure, url: string) => advice.replaceAll('{database}', databaseOf(url));

/** A name or address, and the port. */
export function placeOf(url: string): string {
  const { hostname, port, searchParams } = new URL(url);
  return `${searchParams.get('host') ?? (hostname || 'localhost')}:${searchParams.get('port') ?? (port || '5432')}`;
}

function databaseOf(url: string): string {
  const { pathname, username } = new URL(url);
  return decodeURIComponent(pathname.slice(1)) || decodeURIComponent(username);
}

/** A server's message may repeat what it was sent. */
function withoutPassword(text: string, url: string): string {
  const { password, searchParams } = new URL(url);
  const secrets = [password, decodeURIComponent(password), searchParams.get('password') ?? ''].filter(
    (secret) => secret.length > 3,
  );
  return secrets.reduce((left, secret) => left.replaceAll(secret, '…'), text);
}
