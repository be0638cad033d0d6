/** The synchronous standby hears nothing any more, and the primary is lost before it does. */
import { describe, expect, it } from 'vitest';
import { openBrim as openClient } from '../../packages/client/src/server/index.ts';
import { TEST_KEY } from '../support/brim.ts';
import { closedAfterAll } from '../support/closing.ts';
import { patience } from '../support/deadlines.ts';
import { openPostgresProxy } from '../support/postgres-proxy.ts';
import { balanceOf, createCustomer, openShop } from '../support/shop.ts';
import { openPrimary, openStandby } from '../support/standby.ts';
import { expectSound, openSql, until } from '../support/witness.ts';
import { beginUses, expectKept } from './uses.ts';

describe('a synchronous standby that hears nothing', () => {
  const closed = closedAfterAll();

  it('is waited for: no use is answered that it has not, and none that is sent again', {
    timeout: patience(120_000),
  }, async () => {
    const primary = closed(await openPrimary());
    const address = closed(await openPostgresProxy(primary.url));
    const brim = closed(await openShop({ databaseUrl: address.url }));
    const client = closed(await openClient({ url: brim.url, secretKey: TEST_KEY, retries: 0 }));
    await createCustomer(brim, 'ada');
    const link = closed(await openPostgresProxy(primary.url));
    const standby = closed(await openStandby(primary, { isSynchronous: true, way: link.url }));

    link.hush();
    const uses = beginUses('alone', [client], ['ada']);
    await until(() => expect(uses.failed.length).toBeGreaterThanOrEqual(8), 40_000);
    expect([...uses.answered]).toEqual([]);
    expect(await balanceOf(brim, 'ada')).toMatchObject({ remaining: '10', version: 1 });

    await primary.kill();
    await standby.promote();
    address.leadTo(standby.url);
    await until(() => expect(uses.answered.size).toBeGreaterThan(0), 30_000);
    await uses.end();
    await expectKept(standby.url, uses.answered);
    const sql = closed(await openSql(standby.url));
    expect(await expectSound(sql, 'ada')).toHaveLength(1 + uses.answered.size);
  });
});
