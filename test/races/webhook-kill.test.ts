import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSharedShop } from '../support/shop/two-processes.ts';
import { createCustomer, grant, MESSAGES, track } from '../support/shop.ts';
import { createEndpoint, endLeases, ok, openReceiver, type Receiver, untilDeliveries } from '../support/webhook-receiver.ts';
import { until } from '../support/witness.ts';

describe('kill -9 in the middle of a delivery', () => {
  const shop = openSharedShop();
  let receiver: Receiver;

  beforeAll(async () => {
    receiver = await openReceiver();
  });
  afterAll(() => receiver.close());

  it('another process delivers it again under its id, once the lease has ended, and nothing overtakes it', async () => {
    const { here, there, sql } = shop;
    const events = ['CUSTOMER_CREATED', 'BALANCE_EXHAUSTED', 'BALANCE_RECOVERED'];
    const { id } = await createEndpoint(here, receiver.url, events);
    receiver.respond = () => undefined;
    const customers = Array.from({ length: 10 }, (_, index) => `killed_${index}`);
    await Promise.all(
      customers.map(async (customerId) => {
        await createCustomer(there, customerId);
        await track(there, { customerId, featureId: MESSAGES, value: '10' });
        await grant(there, { customerId, featureId: MESSAGES, amount: '10' });
      }),
    );
    await until(() => expect(new Set(receiver.received.map((one) => one.id)).size).toBe(customers.length));
    there.kill();
    await there.exited;
    receiver.respond = ok;
    await endLeases(sql);
    for (const customerId of customers) await until(() => expect([...new Set(receiver.typesOf(customerId))]).toEqual(events));
    const ofFirst = receiver.received.filter(({ event }) => event.type === 'CUSTOMER_CREATED');
    expect(new Set(ofFirst.map((one) => one.id)).size).toBe(customers.length);
    expect(ofFirst.length).toBeGreaterThan(customers.length);
    await untilDeliveries(
      here,
      id,
      Array.from({ length: 20 }, () => ({ status: 'SUCCEEDED' })),
    );
    expect(await sql.rows('SELECT FROM webhook_event')).toEqual([]);
    await until(async () => expect(await sql.rows('SELECT FROM webhook_queue')).toEqual([]));
  });
});
