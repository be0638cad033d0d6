/**
 * The chapter "Backup and restore" of docs/running-in-production.md, with a server of its own that
 * is lost, and a Stripe that remembers what the backup does not know.
 */
import { describe, expect, it } from 'vitest';
import { openBrim as openClient } from '../../packages/client/src/server/index.ts';
import { verify } from '../../src/commands/verify.ts';
import { run } from '../commands/run.ts';
import { ARCHIVES, openArchive } from '../support/archive.ts';
import { TEST_KEY } from '../support/brim.ts';
import { closedAfterAll } from '../support/closing.ts';
import { patience } from '../support/deadlines.ts';
import { openStripeAccount } from '../support/shop/stripe-account.ts';
import { answerPage, attach, balanceOf, createCustomer, fillShop, track, untilStatus, wanting } from '../support/shop.ts';
import { openPrimary } from '../support/standby.ts';
import { until } from '../support/witness.ts';

/** The reconciler waits for at most an hour. */
const RECONCILED_AFTER_MS = 61 * 60_000;

describe('a database that is lost and restored', () => {
  const closed = closedAfterAll();

  it('is as it was at the chosen moment, and keys, cursors and payments of later are met as the page says', {
    timeout: patience(90_000),
  }, async () => {
    let aheadMs = 0;
    const account = closed(await openStripeAccount({ now: () => new Date(Date.now() + aheadMs) }));
    const primary = closed(await openPrimary(ARCHIVES));
    const archive = closed(await openArchive(primary));
    const brim = await account.openShop({ databaseUrl: primary.url });
    await fillShop(brim);
    const use = (shop: typeof brim, idempotencyKey: string) => track(shop, { customerId: 'ada', idempotencyKey });
    const buy = async (customerId: string) => {
      const { checkoutUrl, purchase } = await attach(brim, {
        customerId,
        planId: 'top_up',
        featureQuantities: wanting('100'),
        successUrl: `${brim.url}/return`,
      });
      const session: string = checkoutUrl.split('/').at(-1);
      return { checkoutUrl, session, id: purchase.id as string };
    };

    // Before the moment: a backup, and what the archived log adds to it.
    for (const customerId of ['ada', 'bob', 'cyd']) await createCustomer(brim, customerId);
    await use(brim, 'first');
    const backup = await primary.copy();
    await use(brim, 'second');
    const client = await openClient({ url: brim.url, secretKey: TEST_KEY, retries: 0 });
    const earlier = await client.balancesCursor();
    await use(brim, 'third');
    const bobs = await buy('bob');
    await archive.mark('evening');

    // After it: all this is lost, but not what Stripe knows of it.
    for (const key of ['fourth', 'fifth']) await use(brim, key);
    const cyds = await buy('cyd');
    for (const { checkoutUrl, session, id } of [bobs, cyds]) {
      expect((await answerPage(checkoutUrl)).status).toBe(303);
      expect(await account.tell(brim, 'checkout.session.completed', session)).toBe(200);
      await untilStatus(brim, id, 'ACTIVE');
    }
    expect(await balanceOf(brim, 'ada')).toMatchObject({ remaining: '5', version: 6 });
    const later = await client.balancesCursor();
    await client.close();
    await brim.close();
    await primary.kill();

    const restored = closed(await archive.restore(backup, 'evening'));
    expect(await run(verify, { DATABASE_URL: restored.url })).toMatchObject({
      code: 0,
      lines: [expect.stringMatching(/^Every balance is what its entries say/)],
    });
    aheadMs = RECONCILED_AFTER_MS;
    const again = await account.openShop({ databaseUrl: restored.url });
    const reader = closed(await openClient({ url: again.url, secretKey: TEST_KEY, retries: 0 }));
    expect(await balanceOf(again, 'ada')).toMatchObject({ remaining: '7', version: 4 });

    // Cursors: of the lost entries there is none, and one of before goes on.
    const isLost = () =>
      expect(reader.balancesChanged({ after: later }).next()).rejects.toMatchObject({ code: 'CURSOR_LOST', retryable: false });
    await isLost();
    const stale = reader.balanceChanged({ customerId: 'ada', after: 6 });
    expect((await stale.next()).value).toMatchObject({ cause: 'SNAPSHOT', sequence: 4, balance: { version: 4 } });
    const changes = reader.balancesChanged({ after: earlier });
    expect((await changes.next()).value).toMatchObject({ customer: { id: 'ada' }, balance: { version: 4 } });

    // Uses that the app sends again with their keys: each counts once.
    for (const key of ['first', 'second', 'third']) expect(await use(again, key)).toMatchObject({ replayed: true });
    for (const key of ['fourth', 'fifth']) expect(await use(again, key)).toMatchObject({ replayed: false });
    expect(await balanceOf(again, 'ada')).toMatchObject({ remaining: '5', version: 6 });
    expect((await stale.next()).value).toMatchObject({ cause: 'LEDGER', sequence: 5 });
    expect((await changes.next()).value).toMatchObject({ customer: { id: 'ada' }, balance: { version: 5 } });
    await isLost();

    // Payments: a purchase that is in the backup is reconciled, and one that is not is named.
    await untilStatus(again, bobs.id, 'ACTIVE');
    expect(await balanceOf(again, 'bob')).toMatchObject({ remaining: '110' });
    expect(await account.tell(again, 'checkout.session.completed', cyds.session)).toBe(200);
    await until(() =>
      expect(again.logged()).toContainEqual(
        expect.objectContaining({
          msg: 'stripe event ignored',
          objectId: cyds.session,
          note: 'the purchase that it names is not here',
        }),
      ),
    );
    expect(await balanceOf(again, 'cyd')).toMatchObject({ remaining: '10' });
    await Promise.all([stale, changes].map((each) => each.return?.()));
    expect(await run(verify, { DATABASE_URL: restored.url })).toMatchObject({ code: 0 });
  });
});
