/** Every type of event: caused through the API, and received by an app as it would receive it. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { verifyWebhook, WEBHOOK_SCHEMAS, type WebhookEventType } from '../../packages/client/src/webhooks/index.ts';
import type { TestBrim } from '../support/brim.ts';
import { stripeOf, withCard } from '../support/shop/saved-cards.ts';
import {
  answerPage,
  attachTopUp,
  buyRecurring,
  cancelPurchase,
  createCustomer,
  decideDelayedPayment,
  findRecurring,
  grant,
  MESSAGES,
  monthly,
  moveClocks,
  openShop,
  pay,
  sandboxOf,
  seedAnd,
  setAutoTopUp,
  setUsageLimit,
  track,
  untilStatus,
} from '../support/shop.ts';
import {
  createEndpoint,
  type Endpoint,
  openReceiver,
  type Received,
  type Receiver,
  verify,
} from '../support/webhook-receiver.ts';
import { openSql, type Sql, until } from '../support/witness.ts';

let brim: TestBrim;
let receiver: Receiver;
let endpoint: Endpoint;
let sql: Sql;
beforeAll(async () => {
  const club = { id: 'club', addOn: true, items: [{ featureId: MESSAGES, price: monthly('10') }] };
  const catalogue = seedAnd({ plans: [club] });
  [brim, receiver] = await Promise.all([openShop({ config: { testClocks: true }, catalogue }), openReceiver()]);
  sql = await openSql(brim.databaseUrl);
  endpoint = await createEndpoint(brim, receiver.url, await typesOfApi());
});
afterAll(async () => {
  await sql?.close();
  await brim?.close();
  await receiver?.close();
});

async function typesOfApi(): Promise<readonly string[]> {
  const { __type } = await brim.data('{ __type(name: "WebhookEventType") { enumValues { name } } }');
  return __type.enumValues.map(({ name }: { name: string }) => name);
}

/** @returns the purchase of 100 messages, and the payment at Stripe that paid it. */
async function buy(customerId: string) {
  const { purchaseId, checkoutUrl } = await attachTopUp(brim, customerId, '100');
  await pay(checkoutUrl);
  await untilStatus(brim, purchaseId, 'ACTIVE');
  const [row] = await sql.rows('SELECT charge_id FROM payment WHERE purchase_id = $1', [purchaseId]);
  return { purchaseId, intent: String(row?.['charge_id']) };
}

/** A customer of whose 100 messages so few are left that its card is charged. */
async function runLow(customerId: string, card: string) {
  await withCard({ brim, stripe: stripeOf(brim), sql }, customerId, card);
  await setAutoTopUp(brim, { customerId });
  await track(brim, { customerId, value: '9' });
}

const call = async (verb: string, input: Record<string, unknown>) => {
  const type = `${verb.charAt(0).toUpperCase()}${verb.slice(1)}`;
  const answer = await brim.data(`mutation ($input: ${type}Input!) { ${verb}(input: $input) { __typename } }`, { input });
  expect(answer[verb]).toEqual({ __typename: `${type}Success` });
};

/** What makes each happen to a customer who has the free 10, and what its event says then. */
const CAUSES: { readonly [Type in WebhookEventType]: { cause(customerId: string): Promise<unknown>; readonly says: object } } = {
  CUSTOMER_CREATED: { cause: async () => undefined, says: { customer: { id: 'customer_created' } } },
  BALANCE_LOW: {
    async cause(customerId) {
      await call('setBalanceAlert', { customerId, featureId: MESSAGES, below: 5 });
      await track(brim, { customerId, value: '6' });
    },
    says: { balance: { remaining: '4' }, alert: { below: '5' } },
  },
  BALANCE_EXHAUSTED: {
    cause: (customerId) => track(brim, { customerId, value: '10' }),
    says: { balance: { remaining: '0' }, entry: { kind: 'USAGE' } },
  },
  BALANCE_RECOVERED: {
    async cause(customerId) {
      await track(brim, { customerId, value: '10' });
      await grant(brim, { customerId, amount: '3' });
    },
    says: { balance: { remaining: '3' }, entry: { kind: 'GRANT' } },
  },
  USAGE_LIMIT_REACHED: {
    async cause(customerId) {
      await setUsageLimit(brim, { customerId, max: '5', per: { unit: 'YEAR' } });
      await track(brim, { customerId, value: '5' });
    },
    says: { usageLimit: { max: '5', used: '5', remaining: '0' } },
  },
  PURCHASE_SETTLED: {
    cause: buy,
    says: { purchase: { planId: 'top_up', status: 'ACTIVE', charged: { amount: '10', currency: 'usd' } } },
  },
  PURCHASE_FAILED: {
    async cause(customerId) {
      const { checkoutUrl } = await attachTopUp(brim, customerId, '100');
      await answerPage(checkoutUrl, 'pay_later');
      await decideDelayedPayment(checkoutUrl, 'fail');
    },
    says: { purchase: { planId: 'top_up', status: 'FAILED' } },
  },
  PURCHASE_ENDED: {
    async cause(customerId) {
      const { purchaseId } = await buyRecurring(brim, customerId, 'club', '100');
      await cancelPurchase(brim, purchaseId);
    },
    says: { purchase: { planId: 'club', status: 'CANCELED' } },
  },
  PURCHASE_PAST_DUE: {
    async cause(customerId) {
      const { purchaseId, subscriptionId } = await buyRecurring(brim, customerId, 'club', '100');
      await sandboxOf(brim).subscriptions.failNext(subscriptionId);
      const { currentPeriodEnd } = await findRecurring(brim, purchaseId);
      await moveClocks(brim, new Date(Date.parse(currentPeriodEnd) + 3 * 3_600_000));
    },
    says: { purchase: { planId: 'club', status: 'PAST_DUE' } },
  },
  PAYMENT_REFUNDED: {
    cause: async (customerId) => call('refundPurchase', { purchaseId: (await buy(customerId)).purchaseId }),
    says: { payment: { status: 'SUCCEEDED' }, refund: { status: 'SUCCEEDED', amount: { amount: '10', currency: 'usd' } } },
  },
  PAYMENT_DISPUTED: {
    cause: async (customerId) => sandboxOf(brim).disputes.open((await buy(customerId)).intent),
    says: { payment: { amount: { amount: '10', currency: 'usd' } }, dispute: { amount: { amount: '10', currency: 'usd' } } },
  },
  AUTO_TOP_UP_SUCCEEDED: {
    cause: (customerId) => runLow(customerId, 'pm_card_visa'),
    says: { autoTopUp: { status: 'IDLE', failureReason: null } },
  },
  AUTO_TOP_UP_FAILED: {
    cause: (customerId) => runLow(customerId, 'pm_card_chargeCustomerFail'),
    says: { autoTopUp: { status: 'BACKING_OFF' } },
  },
  AUTO_TOP_UP_SUSPENDED: {
    cause: (customerId) => runLow(customerId, 'pm_card_authenticationRequired'),
    says: { autoTopUp: { status: 'SUSPENDED' } },
  },
};

it('each type of the API has a row here, and a schema in @brim/client', async () => {
  const types = (await typesOfApi()).toSorted();
  expect(Object.keys(CAUSES).toSorted()).toEqual(types);
  expect(Object.keys(WEBHOOK_SCHEMAS).toSorted()).toEqual(types);
});

it.each(Object.entries(CAUSES))('%s reaches an app signed, and as its schema says', async (name, { cause, says }) => {
  const type = name as WebhookEventType;
  const customerId = name.toLowerCase();
  await createCustomer(brim, customerId);
  await cause(customerId);
  const received = await until(() => {
    const last = receiver.received.findLast(({ event, body }) => event.type === type && body.includes(`"${customerId}"`));
    expect(last?.event.data).toMatchObject(says);
    return last as Received;
  });
  const event = verifyWebhook(received.body, received.headers, endpoint.secret);
  expect(verify(endpoint.secret, received)).toEqual(event);
  expect(event).toMatchObject({ type, id: received.headers['webhook-id'], data: says });
  const schema = z.fromJSONSchema(WEBHOOK_SCHEMAS[type] as unknown as Parameters<typeof z.fromJSONSchema>[0]);
  expect(schema.parse(event)).toEqual(event);
  expect(schema.safeParse({ ...event, data: {} }).success).toBe(false);
});
