import { randomUUID } from 'node:crypto';
import { type IssuedKey, type IssuedKeys, openIssuedKeys } from '../access/issued-keys.ts';
import { type Audit, openAudit } from '../audit/audit.ts';
import { endOf } from '../audit/outcome.ts';
import { readConfig } from '../config/config.ts';
import { openDatabase } from '../database/database.ts';
import { refusePending } from '../database/migrate.ts';
import { openLog } from '../platform/log.ts';
import { StartError } from '../platform/start-error.ts';
import { DomainError } from '../values/errors.ts';
import { randomIds } from '../values/ids.ts';
import { type CommandContext, DONE } from './command.ts';
import type { Terminal } from './terminal.ts';
import { withDatabase } from './with-database.ts';

/** Whoever may run a command on the database may do everything. */
const OPERATOR = { kind: 'app' } as const;

/** What a command does with the keys. Each change is recorded in the audit log. */
interface Work {
  readonly keys: IssuedKeys;
  readonly say: Terminal['say'];
  record<Result>(operation: string, work: () => Promise<Result>): Promise<Result>;
}

/**
 * `brim keys make NAME --scope READ …` prints the key, and nothing else, to standard output: it is
 * never shown again.
 */
export function makeKey(context: CommandContext, name: string, scopes: readonly string[]): Promise<number> {
  return withKeys(context, async ({ keys, say, record }) => {
    const wanted = { name, scopes: scopes.flatMap((each) => each.toUpperCase().split(',')) };
    const { secret } = await record('createSecretKey', () => keys.make(wanted, OPERATOR));
    say(secret);
  });
}

/** `brim keys list`. */
export function listKeys(context: CommandContext, { all = false }: { readonly all?: boolean }): Promise<number> {
  return withKeys(context, async ({ keys, say }) => {
    const found = await keys.list({ includeRevoked: all });
    for (const key of found) say(describe(key));
    if (found.length === 0) say('No key was made. Those of BRIM_SECRET_KEY are not listed.');
  });
}

/** `brim keys revoke NAME`, or its id. When it ends, no process accepts the key any more. */
export function revokeKey(context: CommandContext, nameOrId: string): Promise<number> {
  return withKeys(context, async ({ keys, say, record }) => {
    const named = (await keys.list()).find(({ name }) => name === nameOrId);
    const { secretKey } = await record('revokeSecretKey', () => keys.revoke({ id: named?.id ?? nameOrId }));
    say(`revoked: ${describe(secretKey)}`);
  });
}

/** @throws ConfigError, StartError with what was refused. */
async function withKeys({ environment, terminal }: CommandContext, work: (of: Work) => Promise<void>): Promise<number> {
  const config = readConfig(environment);
  const log = openLog('silent');
  return withDatabase(config, { log, terminal }, async ({ url, directUrl, variable }) => {
    await refusePending(directUrl, { variable });
    const database = openDatabase({ url });
    const clock = { now: () => new Date() };
    const audit: Audit = openAudit({ database, clock, log });
    const requestId = `brim-keys-${randomUUID()}`;
    const keys = openIssuedKeys({ database, ids: randomIds(clock) });
    try {
      await work({
        keys,
        say: terminal.say,
        record: (operation, change) => audit.record({ actor: OPERATOR, operation, customerId: null, requestId }, change, endOf),
      });
      return DONE;
    } catch (error) {
      throw error instanceof DomainError ? new StartError(error.message, { cause: error }) : error;
    } finally {
      await database.close();
    }
  });
}

function describe({ id, name, prefix, scopes, lastUsedAt, revokedAt }: IssuedKey): string {
  const state = revokedAt ? `revoked ${revokedAt.toISOString()}` : `last used ${lastUsedAt?.toISOString() ?? 'never'}`;
  return [name, id, `${prefix}…`, scopes.join(','), state].join('  ');
}
