/**
 * A year of a customer's life: everything that happens to money happens once. At its end every
 * balance recomputes from its entries, and every cent that Stripe moved is on a payment.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestBrim } from '../support/brim.ts';
import {
  attach,
  balanceOf,
  cancelPurchase,
  check,
  createCustomer,
  findRecurring,
  MESSAGES,
  monthly,
  openShop,
  pay,
  plansOf,
  prepaid,
  sandboxOf,
  track,
  untilStatus,
  wanting,
} from '../support/shop.ts';
import { openSql, type Sql } from '../support/witness.ts';

const DAY_MS = 86_400_000;
const each = (amount: string) => ({ amount: { amount, currency: 'usd' }, interval: { unit: 'MONTH', count: 1 } });
const ADA = 'ada';

let now = Date.UTC(2027, 0, 10, 9);
let brim: TestBrim;
let sql: Sql;
beforeAll(async () => {
  brim = await openShop({
    clock: { now: () => new Date(now) },
    sandboxDelivery: 'held',
    catalogue: {
      features: [{ id: MESSAGES, name: 'Premium messages', type: 'METERED' }],
      plans: [
        { id: 'free', autoEnable: true, items: [{ featureId: MESSAGES, included: '10' }] },
        { id: 'top_up', addOn: true, items: [{ featureId: MESSAGES, price: prepaid('10') }] },
        { id: 'extra', addOn: true, items: [{ featureId: MESSAGES, price: monthly('8') }] },
        { id: 'pro', price: each('20'), items: [{ featureId: MESSAGES, included: '500' }] },
        { id: 'team', price: each('60'), items: [{ featureId: MESSAGES, included: '2000' }] },
      ],
    },
  });
  sql = await openSql(brim.databaseUrl);
});
afterAll(async () => {
  await sql?.close();
  await brim?.close();
});

/** Days pass, each with what Stripe does on it and tells of it. */
async function pass(days: number): Promise<void> {
  for (let left = days; left > 0; left -= 5) {
    now += Math.min(left, 5) * DAY_MS;
    await sandboxOf(brim).deliverDue();
  }
}

async function buy(planId: string, quantity?: string): Promise<string> {
  const quantities = quantity === undefined ? {} : { featureQuantities: wanting(quantity) };
  const { purchase, checkoutUrl } = await attach(brim, { customerId: ADA, planId, ...quantities });
  // A card that was saved with a subscription is charged at once.
  if (checkoutUrl !== null) await pay(checkoutUrl);
  await sandboxOf(brim).deliverDue();
  await untilStatus(brim, purchase.id, 'ACTIVE');
  return String(purchase.id);
}

const remains = async () => Number((await balanceOf(brim, ADA)).remaining);
const subscriptionOf = async (id: string) => String((await brim.app.domain.purchases.find(id))?.subscriptionId);

test('a year of a customer: trial, top-up, add-on, failed card, upgrade, refund, dispute, cancel', async () => {
  // Stripe tries again after ten days.
  await sandboxOf(brim).subscriptions.setDunning({ retryDays: [10] });

  // January: ten free messages, and then none.
  await createCustomer(brim, ADA);
  expect(await track(brim, { customerId: ADA, value: '12' })).toMatchObject({ applied: '10', shortfall: '2' });
  expect(await check(brim, { customerId: ADA })).toMatchObject({ allowed: false });
  const topUp = await buy('top_up', '200');
  await track(brim, { customerId: ADA, value: '50' });
  expect(await remains()).toBe(150);

  // February and March: 300 more each month, of which none is carried on.
  await pass(31);
  const extra = await buy('extra', '300');
  expect(await remains()).toBe(450);
  await track(brim, { customerId: ADA, value: '120' });
  await pass(32);
  expect(await remains()).toBe(450);

  // April: the card is refused. What is there stays, and another card pays on the invoice's page.
  await sandboxOf(brim).subscriptions.failNext(await subscriptionOf(extra));
  await pass(30);
  const late = await findRecurring(brim, extra);
  expect(late).toMatchObject({ status: 'PAST_DUE', payments: [{ status: 'FAILED', invoiceUrl: expect.any(String) }, {}, {}] });
  const card = new URLSearchParams({ card: '5555555555554444' });
  const paid = await fetch(`${late.payments[0].invoiceUrl}/pay`, { method: 'POST', body: card, redirect: 'manual' });
  expect(paid.status).toBe(303);
  await sandboxOf(brim).deliverDue();
  expect(await findRecurring(brim, extra)).toMatchObject({ status: 'ACTIVE' });
  expect(await remains()).toBe(450);

  // May: the add-on ends with its period, and a base plan takes the place of the free one.
  await cancelPurchase(brim, extra, 'PERIOD_END');
  await pass(31);
  expect(await findRecurring(brim, extra)).toMatchObject({ status: 'CANCELED' });
  expect(await remains()).toBe(150);
  const pro = await buy('pro');
  expect(await remains()).toBe(650);

  // June: an upgrade in mid-period, at once and without a page.
  await pass(40);
  const { purchase: team, checkoutUrl } = await attach(brim, { customerId: ADA, planId: 'team' });
  expect({ status: team.status, checkoutUrl }).toEqual({ status: 'ACTIVE', checkoutUrl: null });
  await sandboxOf(brim).deliverDue();
  expect(await remains()).toBe(2_150);
  expect(await findRecurring(brim, pro)).toMatchObject({ status: 'CANCELED' });

  // August: half of the top-up goes back, and then its bank asks for the rest, and loses.
  await pass(62);
  expect(await remains()).toBe(2_150);
  const refund = { purchaseId: topUp, amount: { amount: '10', currency: 'usd' }, idempotencyKey: 'goodwill' };
  const REFUND = 'mutation ($input: RefundPurchaseInput!) { refundPurchase(input: $input) { __typename } }';
  for (let twice = 0; twice < 2; twice += 1)
    expect(await brim.data(REFUND, { input: refund })).toEqual({ refundPurchase: { __typename: 'RefundPurchaseSuccess' } });
  expect(await remains()).toBe(2_050);
  const [charge] = await sql.rows<{ id: string }>('SELECT charge_id AS id FROM payment WHERE purchase_id = $1', [topUp]);
  const dispute = await sandboxOf(brim).disputes.open(String(charge?.id));
  await sandboxOf(brim).deliverDue();
  expect(await findRecurring(brim, topUp)).toMatchObject({ status: 'REFUNDED' });
  await pass(20);
  await sandboxOf(brim).disputes.close(dispute.id, 'won');
  await sandboxOf(brim).deliverDue();
  expect(await findRecurring(brim, topUp)).toMatchObject({ status: 'ACTIVE', refundable: { amount: '10' } });
  expect(await remains()).toBe(2_050);

  // Autumn: the customer cancels, and the free plan comes back, which was used up.
  await cancelPurchase(brim, team.id, 'PERIOD_END');
  await pass(120);
  expect((await plansOf(brim, ADA)).toSorted()).toEqual([
    'extra CANCELED',
    'free ACTIVE',
    'free CANCELED',
    'pro CANCELED',
    'team CANCELED',
    'top_up ACTIVE',
  ]);
  expect(await remains()).toBe(50);

  await expectRecomputed();
  await expectEveryCent();
});

/** Adds up the entries, and compares each with the one before it. */
async function expectRecomputed() {
  const { customer } = await brim.data(
    `query ($id: ID!) { customer(id: $id) { balance(featureId: "${MESSAGES}") { remaining granted usage version }
      ledger(first: 100) { nodes { sequence amount remainingBefore remainingAfter allocations { amount grant { id } } } } } }`,
    { id: ADA },
  );
  const entries = customer.ledger.nodes.toReversed();
  const inGrants = new Map<string, number>();
  let remaining = 0;
  for (const [index, { sequence, amount, remainingBefore, remainingAfter, allocations }] of entries.entries()) {
    expect([sequence, Number(remainingBefore)]).toEqual([index + 1, remaining]);
    remaining += Number(amount);
    expect(Number(remainingAfter)).toBe(remaining);
    for (const { amount: part, grant } of allocations) inGrants.set(grant.id, (inGrants.get(grant.id) ?? 0) + Number(part));
  }
  expect(customer.balance).toMatchObject({ remaining: String(remaining), version: entries.length });
  const grants = await sql.rows<{ id: string; left: number }>(
    'SELECT id, remaining::float8 AS left FROM "grant" WHERE customer_id = $1',
    [ADA],
  );
  expect(new Map(grants.map(({ id, left }) => [id, left]))).toEqual(inGrants);
}

/** Compares what Stripe charged and gave back with the payments. */
async function expectEveryCent() {
  const { customer } = await brim.data(
    `query ($id: ID!) { customer(id: $id) { payments(first: 100) { nodes {
      status amount { amount } refunds { status amount { amount } } disputes { withdrawn { amount } }
    } } } }`,
    { id: ADA },
  );
  const cents = (rows: readonly { amount: { amount: string } }[]) =>
    rows.reduce((sum, { amount }) => sum + Math.round(Number(amount.amount) * 100), 0);
  const paid = customer.payments.nodes.filter(({ status }: { status: string }) => status === 'SUCCEEDED');
  const refunds = paid.flatMap(({ refunds: own }: { refunds: readonly object[] }) => own);
  const [atStripe] = await sql.rows<{ charged: number; charges: number; refunded: number }>(
    `SELECT sum((body ->> 'amount')::int)::int AS charged, count(*)::int AS charges,
       sum((body ->> 'amount_refunded')::int)::int AS refunded
     FROM stripe_sandbox.object WHERE kind = 'charge' AND body ->> 'status' = 'succeeded'`,
  );
  expect({ charged: cents(paid), charges: paid.length, refunded: cents(refunds) }).toEqual(atStripe);
  expect(customer.payments.nodes).toHaveLength(paid.length);
  const held = paid.flatMap(({ disputes }: { disputes: readonly { withdrawn: { amount: string } }[] }) => disputes);
  expect(held).toEqual([{ withdrawn: { amount: '0' } }]);
}
