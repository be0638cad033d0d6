import { afterAll, beforeAll, expect, it } from 'vitest';
import { payloadOf } from '../../src/webhooks/model/payloads.ts';
import type { TestBrim } from '../support/brim.ts';
import { stripeOf, withCard } from '../support/shop/saved-cards.ts';
import { grant, MESSAGES, openShop, setAutoTopUp, track } from '../support/shop.ts';
import { createEndpoint, openReceiver, type Receiver } from '../support/webhook-receiver.ts';
import { openSql, type Sql, until } from '../support/witness.ts';

const TYPES = ['AUTO_TOP_UP_SUCCEEDED', 'AUTO_TOP_UP_FAILED', 'AUTO_TOP_UP_SUSPENDED'] as const;

let brim: TestBrim;
let receiver: Receiver;
let sql: Sql;
beforeAll(async () => {
  [brim, receiver] = await Promise.all([openShop(), openReceiver()]);
  sql = await openSql(brim.databaseUrl);
  await createEndpoint(brim, receiver.url, TYPES);
});
afterAll(async () => {
  await sql?.close();
  await brim?.close();
  await receiver?.close();
});

/** Lets a customer with this card use 90 of 100, and waits for events of these types. */
async function told(customerId: string, card: string, types: readonly string[], bound = '10') {
  await withCard({ brim, stripe: stripeOf(brim), sql }, customerId, card);
  await grant(brim, { customerId, amount: '90' });
  await setAutoTopUp(brim, { customerId, maxPerMonth: { amount: bound, currency: 'usd' } });
  await track(brim, { customerId, value: '90' });
  await until(() => expect(receiver.typesOf(customerId)).toEqual(types));
  return receiver.received
    .filter(({ body }) => body.includes(`"${customerId}"`))
    .map(({ event }) => {
      const type = TYPES.find((each) => each === event.type);
      if (type) expect(payloadOf(type).parse(event)).toEqual(event);
      return (event.data as { readonly autoTopUp: Record<string, unknown> }).autoTopUp;
    });
}

it('an endpoint is told of a top-up, with its purchase, and of the bound that stops the next one', async () => {
  const [paid] = await told('paid', 'pm_card_visa', ['AUTO_TOP_UP_SUCCEEDED']);
  expect(paid).toEqual({
    ...{ customerId: 'paid', featureId: MESSAGES, planId: 'top_up', threshold: '20', quantity: '100', status: 'IDLE' },
    ...{ purchaseId: expect.stringMatching(/^pu_/), failureReason: null, nextAttemptAt: null },
  });
  await track(brim, { customerId: 'paid', value: '90' });
  await until(() => expect(receiver.typesOf('paid')).toEqual(['AUTO_TOP_UP_SUCCEEDED', 'AUTO_TOP_UP_FAILED']));
  await track(brim, { customerId: 'paid', value: '1' });
  expect(receiver.received.at(-1)?.event.data).toMatchObject({
    autoTopUp: { status: 'BACKING_OFF', purchaseId: null, failureReason: expect.stringContaining('this month') },
  });
});

it('an endpoint is told of a decline and when it is tried again, and of a suspension', async () => {
  const [declined] = await told('declined', 'pm_card_chargeCustomerFail', ['AUTO_TOP_UP_FAILED']);
  expect(declined).toMatchObject({
    ...{ status: 'BACKING_OFF', purchaseId: expect.any(String), failureReason: 'Your card was declined.' },
    nextAttemptAt: expect.any(String),
  });
  const asked = await told('asked', 'pm_card_authenticationRequired', ['AUTO_TOP_UP_FAILED', 'AUTO_TOP_UP_SUSPENDED']);
  expect(asked.map(({ status }) => status)).toEqual(['SUSPENDED', 'SUSPENDED']);
});
