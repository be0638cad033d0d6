/**
 * A way to Postgres that breaks when a statement is done, or while it is under way. Every later
 * statement fails.
 */
import pg from 'pg';
import { vi } from 'vitest';
import { openPostgresProxy, type PostgresProxy } from '../support/postgres-proxy.ts';

export interface Cutter {
  /** The same database, by way of a proxy. */
  readonly url: string;
  /**
   * Cuts Brim's connections as soon as such a statement was answered, or sent, and refuses new
   * ones. Of COMMITs it means those of commands: a process has transactions of its own, too.
   * @returns whether it has cut them.
   */
  arm(pattern: RegExp, when?: 'answered' | 'sent'): () => boolean;
  /** Lets connections through again. */
  mend(): void;
  close(): Promise<void>;
}

/** The one statement of a batch commits itself. One without changes confirms what was decided. */
function nameOf(sent: string): string {
  if (sent.startsWith('WITH locked')) return `COMMIT of ${sent}`;
  return /^SELECT a.customer_id FROM .* AS expected/s.test(sent) ? `CONFIRM: ${sent}` : sent;
}

export async function openCutter(databaseUrl: string): Promise<Cutter> {
  const proxy: PostgresProxy = await openPostgresProxy(databaseUrl);
  const { query } = pg.Client.prototype;
  let awaited: RegExp | undefined;
  let hasCut = false;
  let moment: 'answered' | 'sent' = 'answered';
  const cutAfter = (text: string, now: typeof moment) => {
    if (now !== moment || !awaited?.test(text)) return;
    awaited = undefined;
    hasCut = true;
    proxy.cut('brim');
  };
  /** Those whose transaction has asked for an account. */
  const commanding = new WeakSet<pg.Client>();
  const isMeant = (client: pg.Client, text: string) => {
    if (text.startsWith('BEGIN')) commanding.delete(client);
    else if (text.includes('account')) commanding.add(client);
    return !text.startsWith('COMMIT') || commanding.has(client);
  };
  const spy = vi.spyOn(pg.Client.prototype, 'query').mockImplementation(function (this: pg.Client, ...args: unknown[]) {
    const [first] = args;
    const sent = typeof first === 'string' ? first : String((first as { text: unknown }).text);
    const text = nameOf(sent);
    if (!isMeant(this, text)) return Reflect.apply(query, this, args);
    const callback = args.at(-1);
    if (typeof callback === 'function') {
      const heard = (error: unknown, result: unknown) => {
        if (!error) cutAfter(text, 'answered');
        callback(error, result);
      };
      Reflect.apply(query, this, [...args.slice(0, -1), heard]);
      setImmediate(cutAfter, text, 'sent');
      return undefined;
    }
    const answer: unknown = Reflect.apply(query, this, args);
    setImmediate(cutAfter, text, 'sent');
    if (answer instanceof Promise) answer.then(() => cutAfter(text, 'answered')).catch(() => undefined);
    return answer;
  });
  return {
    url: proxy.url,
    arm(pattern, when = 'answered') {
      moment = when;
      awaited = pattern;
      hasCut = false;
      return () => hasCut;
    },
    mend() {
      awaited = undefined;
      proxy.mend();
    },
    async close() {
      spy.mockRestore();
      await proxy.close();
    },
  };
}
