import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { WEBHOOK_SCHEMAS } from '../../packages/client/src/webhooks/index.ts';
import { payloadOf } from '../../src/webhooks/model/payloads.ts';
import { SAMPLES } from '../../src/webhooks/model/samples.ts';
import { WEBHOOK_EVENT_TYPES } from '../../src/webhooks/model/types.ts';
import type { TestBrim } from '../support/brim.ts';
import {
  answerPage,
  attach,
  cancelPurchase,
  createCustomer,
  grant,
  MESSAGES,
  openShop,
  reverseUsage,
  setUsageLimit,
  track,
  untilStatus,
  wanting,
} from '../support/shop.ts';
import { createEndpoint, type Endpoint, openReceiver, type Receiver, verify } from '../support/webhook-receiver.ts';
import { until } from '../support/witness.ts';

const TYPES = [
  ...['CUSTOMER_CREATED', 'PURCHASE_SETTLED', 'PURCHASE_FAILED', 'PURCHASE_ENDED', 'PAYMENT_REFUNDED', 'PAYMENT_DISPUTED'],
  ...['BALANCE_EXHAUSTED', 'BALANCE_RECOVERED', 'USAGE_LIMIT_REACHED'],
];

let brim: TestBrim;
let receiver: Receiver;
let endpoint: Endpoint;

beforeAll(async () => {
  [brim, receiver] = await Promise.all([openShop(), openReceiver()]);
  endpoint = await createEndpoint(brim, receiver.url, TYPES);
});
afterAll(async () => {
  await brim.close();
  await receiver.close();
});

const untilTypes = (customerId: string, types: readonly string[]) =>
  until(() => expect(receiver.typesOf(customerId)).toEqual(types));
const last = (customerId: string, type: string) => {
  const found = receiver.received.findLast(({ event, body }) => event.type === type && body.includes(`"${customerId}"`));
  if (!found) throw new Error(`no ${type} of ${customerId} came`);
  return found;
};

describe('an endpoint is told', () => {
  it('of a new customer and of its free plan, signed as Standard Webhooks says', async () => {
    await createCustomer(brim, 'ada');
    await untilTypes('ada', ['CUSTOMER_CREATED', 'PURCHASE_SETTLED']);
    const created = last('ada', 'CUSTOMER_CREATED');
    expect(created.event).toEqual({
      type: 'CUSTOMER_CREATED',
      id: created.id,
      occurredAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      data: { customer: { id: 'ada', createdAt: created.event.occurredAt } },
    });
    expect(verify(endpoint.secret, created)).toEqual(created.event);
    expect(() => verify(endpoint.secret, { ...created, body: created.body.replace('ada', 'bob') })).toThrow('No matching');
    expect(last('ada', 'PURCHASE_SETTLED').event.data).toMatchObject({
      purchase: { planId: 'free', status: 'ACTIVE', total: null, featureQuantities: [{ featureId: MESSAGES, quantity: '10' }] },
    });
  });

  it('of a balance that is used up, and usable again, with its numbers and version', async () => {
    await createCustomer(brim, 'bea');
    await track(brim, { customerId: 'bea', featureId: MESSAGES, value: '4' });
    await track(brim, { customerId: 'bea', featureId: MESSAGES, value: '6.5' });
    await track(brim, { customerId: 'bea', featureId: MESSAGES, value: '1' });
    await grant(brim, { customerId: 'bea', featureId: MESSAGES, amount: '2.50' });
    await track(brim, { customerId: 'bea', featureId: MESSAGES, value: '3', onShortfall: 'OVERDRAW' });
    await untilTypes('bea', [
      'CUSTOMER_CREATED',
      'PURCHASE_SETTLED',
      'BALANCE_EXHAUSTED',
      'BALANCE_RECOVERED',
      'BALANCE_EXHAUSTED',
    ]);
    expect(last('bea', 'BALANCE_RECOVERED').event.data).toMatchObject({
      balance: {
        id: `bea/${MESSAGES}`,
        customerId: 'bea',
        featureId: MESSAGES,
        remaining: '2.5',
        granted: '12.5',
        usage: '10',
        version: 5,
      },
      entry: { id: 'bea:5', sequence: 5, kind: 'GRANT', amount: '2.5' },
    });
    expect(last('bea', 'BALANCE_EXHAUSTED').event.data.balance).toMatchObject({ remaining: '-0.5', version: 6, held: '0' });
  });

  it('of a usage limit that is reached, once, and again after something came back', async () => {
    await createCustomer(brim, 'lea');
    const begun = ['CUSTOMER_CREATED', 'PURCHASE_SETTLED'];
    await setUsageLimit(brim, { customerId: 'lea', max: '5', per: { unit: 'YEAR' } });
    await track(brim, { customerId: 'lea', value: '4' });
    const { entry } = await track(brim, { customerId: 'lea', value: '4' });
    await track(brim, { customerId: 'lea', value: '4' });
    await reverseUsage(brim, entry.id);
    await track(brim, { customerId: 'lea', value: '1' });
    await untilTypes('lea', [...begun, 'USAGE_LIMIT_REACHED', 'USAGE_LIMIT_REACHED']);
    expect(last('lea', 'USAGE_LIMIT_REACHED').event.data.usageLimit).toEqual({
      ...{ id: `lea/${MESSAGES}/1_YEAR`, customerId: 'lea', featureId: MESSAGES, per: { unit: 'YEAR', count: 1 } },
      ...{ max: '5', used: '5', held: '0', remaining: '0', resetsAt: expect.stringMatching(/-01-01T00:00:00.000Z$/) },
    });
  });

  it('of a purchase that is paid, and that ends', async () => {
    await createCustomer(brim, 'cleo');
    const { purchase, checkoutUrl } = await attach(brim, {
      customerId: 'cleo',
      planId: 'top_up',
      featureQuantities: wanting('100'),
    });
    await answerPage(checkoutUrl);
    await untilStatus(brim, purchase.id, 'ACTIVE');
    await cancelPurchase(brim, purchase.id);
    await untilTypes('cleo', ['CUSTOMER_CREATED', 'PURCHASE_SETTLED', 'PURCHASE_SETTLED', 'PURCHASE_ENDED']);
    expect(last('cleo', 'PURCHASE_ENDED').event.data.purchase).toMatchObject({
      ...{ id: purchase.id, customerId: 'cleo', planId: 'top_up', planVersion: 1, status: 'CANCELED' },
      ...{ total: { amount: '10', currency: 'usd' }, charged: { amount: '10', currency: 'usd' } },
    });
  });

  it('of nothing that was refused, and of a retry once', async () => {
    await createCustomer(brim, 'dora');
    await track(brim, { customerId: 'dora', featureId: MESSAGES, value: '11', onShortfall: 'REJECT' });
    const use = { customerId: 'dora', featureId: MESSAGES, value: '10', idempotencyKey: 'k' };
    await Promise.all([track(brim, use), track(brim, use), track(brim, use)]);
    await track(brim, use);
    await grant(brim, { customerId: 'dora', featureId: MESSAGES, amount: '1' });
    await untilTypes('dora', ['CUSTOMER_CREATED', 'PURCHASE_SETTLED', 'BALANCE_EXHAUSTED', 'BALANCE_RECOVERED']);
  });
});

it('each customer hears of its events in their order, whatever runs at once', async () => {
  const customers = Array.from({ length: 6 }, (_, index) => `many_${index}`);
  await Promise.all(
    customers.map(async (customerId) => {
      await createCustomer(brim, customerId);
      for (let round = 0; round < 3; round += 1) {
        await track(brim, { customerId, featureId: MESSAGES, value: '10' });
        await grant(brim, { customerId, featureId: MESSAGES, amount: '10' });
      }
    }),
  );
  const rounds = Array.from({ length: 3 }, () => ['BALANCE_EXHAUSTED', 'BALANCE_RECOVERED']).flat();
  for (const customerId of customers) await untilTypes(customerId, ['CUSTOMER_CREATED', 'PURCHASE_SETTLED', ...rounds]);
  expect(new Set(receiver.received.map(({ id }) => id)).size).toBe(receiver.received.length);
});

it('what was sent is what the schemas of @brim/client say, and nothing else', () => {
  expect(new Set(receiver.received.map(({ event }) => event.type)).size).toBeGreaterThanOrEqual(5);
  for (const { event } of receiver.received) {
    const type = WEBHOOK_EVENT_TYPES.find((each) => each === event.type);
    if (!type) throw new Error(`${event.type} is no type of event`);
    expect(payloadOf(type).parse(event)).toEqual(event);
    expect(z.fromJSONSchema(WEBHOOK_SCHEMAS[type] as unknown as Parameters<typeof z.fromJSONSchema>[0]).parse(event)).toEqual(
      event,
    );
  }
});

it('test events are what they say, too', () => {
  for (const type of WEBHOOK_EVENT_TYPES) {
    const event = { type, id: 'evt_1', occurredAt: '2026-01-31T12:00:00.000Z', test: true, data: SAMPLES[type] };
    expect(payloadOf(type).parse(event)).toEqual(event);
  }
});
