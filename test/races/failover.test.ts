/**
 * The primary is killed in the middle of everything, and its synchronous standby promoted: two
 * PostgreSQL servers of the embedded binaries, and two Brims at an address that leads to the
 * primary.
 */
import { describe, expect, it } from 'vitest';
import { BrimError, openBrim as openClient } from '../../packages/client/src/server/index.ts';
import { verify } from '../../src/commands/verify.ts';
import { run } from '../commands/run.ts';
import { TEST_KEY } from '../support/brim.ts';
import { closedAfterAll } from '../support/closing.ts';
import { patience } from '../support/deadlines.ts';
import { isLong } from '../support/long.ts';
import { openPostgresProxy } from '../support/postgres-proxy.ts';
import { brimProcesses } from '../support/process.ts';
import { createCustomer, grant, openShop } from '../support/shop.ts';
import { openPrimary, openStandby } from '../support/standby.ts';
import { expectSound, openSql, until } from '../support/witness.ts';
import { followAll, followCustomer } from './followers.ts';
import { type AnsweredUse, beginUses, expectKept, type Uses } from './uses.ts';

const CUSTOMERS = ['ada', 'bob', 'cyd'];
/** Each promoted server has a standby of its own before it is killed in its turn. */
const FAILOVERS = isLong ? 8 : 1;
/** How many are answered before the kill, and how many attempts fail before the promotion. */
const USES = 300;
const FAILURES = 200;
/** From the promotion to the next answer. */
const AWAY_MS = patience(5_000);

describe('a primary that is killed under load', () => {
  const processes = brimProcesses();
  const closed = closedAfterAll();

  /** Two Brims, and the address of their database. */
  async function openBrims(databaseUrl: string) {
    const address = closed(await openPostgresProxy(databaseUrl));
    const here = closed(await openShop({ databaseUrl: address.url }));
    const there = await processes.start({ database: { url: address.url } });
    const clientOf = async ({ url }: { readonly url: string }) =>
      closed(await openClient({ url, secretKey: TEST_KEY, retries: 0, retryDelayMs: 50 }));
    for (const customerId of CUSTOMERS) {
      await createCustomer(here, customerId);
      await grant(here, { customerId, amount: '1000000' });
    }
    return { address, clients: [await clientOf(here), await clientOf(there)] as const };
  }

  it('loses nothing that was answered: callers and subscribers go on at the promoted standby', {
    timeout: patience(isLong ? 300_000 : 90_000),
  }, async () => {
    let primary = closed(await openPrimary());
    const { address, clients } = await openBrims(primary.url);
    const [, client] = clients;
    const all = followAll(client, await client.balancesCursor());
    const adas = followCustomer(client, 'ada', 2);
    const answered = new Map<string, AnsweredUse>();
    const failed: Uses['failed'][number][] = [];

    for (let failover = 1; failover <= FAILOVERS; failover += 1) {
      const standby = closed(await openStandby(primary, { isSynchronous: true }));
      const uses = beginUses(`failover ${failover}`, clients, CUSTOMERS);
      await until(() => expect(uses.answered.size).toBeGreaterThan(USES), 30_000);
      await primary.kill();
      const before = new Map([...answered, ...uses.answered]);
      await until(() => expect(uses.failed.length).toBeGreaterThan(FAILURES), 30_000);
      await standby.promote();
      const promotedAtMs = performance.now();
      address.leadTo(standby.url);

      const awayMs = (await nextAnswer(uses, promotedAtMs)) - promotedAtMs;
      process.stderr.write(`\nanswers came again ${Math.round(awayMs)} ms after the promotion\n`);
      expect(awayMs).toBeLessThan(AWAY_MS);
      await expectKept(standby.url, before);
      await uses.end();
      for (const [key, use] of uses.answered) answered.set(key, use);
      failed.push(...uses.failed);
      primary = standby;
    }

    for (const { key, error } of failed) {
      expect(error, key).toBeInstanceOf(BrimError);
      expect(error, key).toMatchObject({
        retryable: true,
        code: expect.stringMatching(/^(UNAVAILABLE|OUTCOME_UNKNOWN|OVERLOADED)$/),
      });
    }
    const sql = closed(await openSql(primary.url));
    for (const customerId of CUSTOMERS) {
      const entries = await expectSound(sql, customerId);
      const own = [...answered].filter(([, use]) => use.customerId === customerId);
      const used = entries.filter(({ kind }) => kind === 'USAGE').map(({ key, sequence }) => [key, sequence]);
      expect(new Map(used as [string, number][])).toEqual(new Map(own.map(([key, { sequence }]) => [key, sequence])));
      expect(used).toHaveLength(own.length);
      const sequences = entries.map(({ sequence }) => sequence).slice(2);
      for (const follower of customerId === 'ada' ? [all, adas] : [all]) {
        await until(() => expect(follower.told(customerId).at(-1)).toBe(sequences.at(-1)), 30_000);
        expect(follower.told(customerId)).toEqual(sequences);
      }
    }
    for (const follower of [all, adas]) await follower.end();
    expect(await run(verify, { DATABASE_URL: primary.url })).toMatchObject({
      code: 0,
      lines: [expect.stringMatching(/^Every balance is what its entries say/)],
    });
  });
});

/** @returns when the first answer after that instant came. */
function nextAnswer({ answered }: Uses, afterMs: number): Promise<number> {
  return until(() => {
    const later = [...answered.values()].map(({ answeredAtMs }) => answeredAtMs).filter((at) => at > afterMs);
    expect(later.length).toBeGreaterThan(0);
    return Math.min(...later);
  }, 30_000);
}
