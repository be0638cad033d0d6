import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type TestBrim, take } from '../support/brim.ts';
import { runOn } from '../support/database-url.ts';
import { answerPage, attach, createCustomer, MESSAGES, openShop } from '../support/shop.ts';
import { TRANSPORTS } from './transports.ts';

const CHANGES = `subscription ($id: ID!) { purchaseChanged(purchaseId: $id) {
  id status revision checkoutUrl settledAt grants { granted }
} }`;

let brim: TestBrim;

beforeAll(async () => {
  brim = await openShop();
});
afterAll(() => brim.close());

async function buy(customerId: string) {
  await createCustomer(brim, customerId);
  const { purchase } = await attach(brim, {
    customerId,
    planId: 'top_up',
    featureQuantities: [{ featureId: MESSAGES, quantity: '200' }],
  });
  return purchase;
}

const setStatus = (id: string, status: string) =>
  runOn(brim.databaseUrl, `UPDATE purchase SET status = '${status}' WHERE id = '${id}'`);

describe.each(TRANSPORTS)('a subscriber to a purchase over %s', (transport, open) => {
  it('gets the current purchase, and again when it is paid, with its grants', async () => {
    const { id, checkoutUrl } = await buy(`pays-${transport}`);
    const messages = open(brim, CHANGES, { variables: { id } });
    const [before] = await take(messages, 1);
    expect(before.purchaseChanged).toEqual({ id, status: 'PENDING', revision: 1, checkoutUrl, settledAt: null, grants: [] });
    await answerPage(checkoutUrl);
    const [after] = await take(messages, 1);
    expect(after.purchaseChanged).toMatchObject({ id, status: 'ACTIVE', revision: 2, checkoutUrl: null });
    expect(after.purchaseChanged).toMatchObject({ settledAt: expect.any(String), grants: [{ granted: '200' }] });
    await messages.return();
  });

  it('gets each revision while it is subscribed, of any writer', async () => {
    const { id } = await buy(`each-${transport}`);
    const messages = open(brim, CHANGES, { variables: { id } });
    await take(messages, 1);
    for (const [revision, status] of [
      [2, 'EXPIRED'],
      [3, 'ACTIVE'],
      [4, 'REFUNDED'],
    ] as const) {
      await setStatus(id, status);
      expect((await take(messages, 1))[0].purchaseChanged).toMatchObject({ status, revision });
    }
    await messages.return();
  });

  it('gets the newest revisions of a burst, in rising order, and never misses the last', async () => {
    const { id } = await buy(`burst-${transport}`);
    const messages = open(brim, CHANGES, { variables: { id } });
    await take(messages, 1);
    const burst = Array.from({ length: 31 }, (_, index) => (index % 2 === 0 ? 'ACTIVE' : 'CANCELED'));
    await runOn(
      brim.databaseUrl,
      `DO $$ BEGIN ${burst.map((status) => `UPDATE purchase SET status = '${status}' WHERE id = '${id}'; COMMIT;`).join('\n')} END $$`,
    );
    const revisions: number[] = [];
    while (revisions.at(-1) !== 32) revisions.push((await take(messages, 1))[0].purchaseChanged.revision);
    expect(revisions).toEqual([...revisions].sort((a, b) => a - b));
    expect(new Set(revisions).size).toBe(revisions.length);
    await messages.return();
  });

  it('gets no message for another purchase or a stored page', async () => {
    const { id } = await buy(`quiet-${transport}`);
    const another = await buy(`loud-${transport}`);
    const messages = open(brim, CHANGES, { variables: { id } });
    await take(messages, 1);
    await setStatus(another.id, 'EXPIRED');
    await runOn(brim.databaseUrl, `UPDATE purchase SET processing = true WHERE id = '${id}'`);
    await setStatus(id, 'FAILED');
    expect((await take(messages, 1))[0].purchaseChanged).toMatchObject({ id, status: 'FAILED', revision: 2 });
    await messages.return();
    await vi.waitFor(() => expect(brim.app.domain.feed.subscribers).toBe(0));
  });
});
