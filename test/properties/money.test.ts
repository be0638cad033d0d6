/**
 * What becomes of payments, refunds, disputes and subscriptions, heard by real webhooks that come
 * late, twice, out of order or not at all, is what a model of sixty lines says.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestBrim } from '../support/brim.ts';
import { patience } from '../support/deadlines.ts';
import { isLong } from '../support/long.ts';
import {
  attach,
  createCustomer,
  MESSAGES,
  monthly,
  movableClock,
  openShop,
  pay,
  prepaid,
  sandboxOf,
  track,
  untilStatus,
  wanting,
} from '../support/shop.ts';
import { openSql, type Sql, until } from '../support/witness.ts';
import { CENTS, type Charge, openModel, UNITS } from './money-model.ts';
import { runs, seed } from './seed.ts';

const HOUR_MS = 3_600_000;
const WORDS = 'words';

const clock = movableClock();
let brim: TestBrim;
let sql: Sql;
beforeAll(async () => {
  brim = await openShop({
    clock,
    sandboxDelivery: 'held',
    catalogue: {
      features: [MESSAGES, WORDS],
      plans: [
        { id: 'once', addOn: true, items: [{ featureId: WORDS, price: prepaid('8') }] },
        { id: 'monthly', addOn: true, items: [{ featureId: MESSAGES, price: monthly('8') }] },
      ],
    },
  });
  sql = await openSql(brim.databaseUrl);
  // Stripe tries each day again, for longer than any of these lives.
  await sandboxOf(brim).subscriptions.setDunning({ retryDays: Array.from({ length: 30 }, () => 1) });
});
afterAll(async () => {
  await sql?.close();
  await brim?.close();
});

type Step =
  | { readonly act: 'refund'; readonly charge: number; readonly cents: number | null }
  | { readonly act: 'refundFails' | 'dispute' | 'won' | 'lost'; readonly charge: number }
  | { readonly act: 'paid' | 'declined' | 'delete' | 'hear' }
  | { readonly act: 'update'; readonly ends: boolean }
  | { readonly act: 'use'; readonly units: number };

const charge = fc.nat(3);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      act: fc.constant('refund' as const),
      charge,
      cents: fc.integer({ min: 1, max: 200 }).map((each) => each * 8),
    }),
  },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('refund' as const), charge, cents: fc.constant(null) }) },
  {
    weight: 5,
    arbitrary: fc.record({
      act: fc.constantFrom('refundFails' as const, 'dispute' as const, 'won' as const, 'lost' as const),
      charge,
    }),
  },
  { weight: 4, arbitrary: fc.record({ act: fc.constantFrom('paid' as const, 'declined' as const) }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('delete' as const) }) },
  { weight: 2, arbitrary: fc.record({ act: fc.constant('update' as const), ends: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('use' as const), units: fc.integer({ min: 1, max: 120 }) }) },
  { weight: 4, arbitrary: fc.record({ act: fc.constant('hear' as const) }) },
);

/** A new customer with both plans, which are paid. */
async function begin(customerId: string) {
  await createCustomer(brim, customerId);
  const buy = async (planId: string, featureId: string) => {
    const { purchase, checkoutUrl } = await attach(brim, {
      customerId,
      planId,
      featureQuantities: wanting(`${UNITS}`, featureId),
    });
    await pay(checkoutUrl);
    await sandboxOf(brim).deliverDue();
    await untilStatus(brim, purchase.id, 'ACTIVE');
    return String(purchase.id);
  };
  const once = await buy('once', WORDS);
  const monthlyId = await buy('monthly', MESSAGES);
  const { subscriptionId } = (await brim.app.domain.purchases.find(monthlyId)) ?? {};
  return { customerId, once, monthly: monthlyId, subscriptionId: String(subscriptionId) };
}
type Life = Awaited<ReturnType<typeof begin>>;

/** What Stripe has of a life's charges, in the order of the model's. */
async function intentsOf({ once, subscriptionId }: Life): Promise<readonly string[]> {
  const rows = await sql.rows<{ id: string }>(
    `SELECT intent.id FROM stripe_sandbox.object intent
     LEFT JOIN stripe_sandbox.object paid ON paid.kind = 'invoice_payment' AND paid.body #>> '{payment,payment_intent}' = intent.id
     LEFT JOIN stripe_sandbox.object invoice ON invoice.id = paid.body ->> 'invoice'
     WHERE intent.kind = 'payment_intent' AND intent.body ->> 'status' = 'succeeded'
       AND (intent.body #>> '{metadata,brim_purchase_id}' = $1
         OR invoice.body #>> '{parent,subscription_details,subscription}' = $2)
     ORDER BY intent.sequence`,
    [once, subscriptionId],
  );
  return rows.map(({ id }) => id);
}

/** The ids of what Stripe made for the model's charges. */
const made = new WeakMap<object, string>();

async function act(life: Life, model: ReturnType<typeof openModel>, asked: Step): Promise<void> {
  const { charges, refunds, disputes, subscriptions, clock: stripeClock } = sandboxOf(brim);
  const { isLate, isOver } = model.was;
  const all = model.charges();
  const at = 'charge' in asked ? asked.charge % all.length : 0;
  const one = all[at] as Charge;
  const intent = async () => (await intentsOf(life))[at] ?? '';
  const dispute = made.get(one);
  switch (asked.act) {
    case 'refund': {
      const order = asked.cents === null ? {} : { amount: asked.cents };
      // Stripe refuses more than is left, and what a bank holds: then nothing happened.
      const refund = await charges.refund(await intent(), order).catch(() => undefined);
      if (!refund) return;
      const known = { cents: refund.amount, failed: false };
      made.set(known, refund.id);
      return void one.refunds.push(known);
    }
    case 'refundFails': {
      const refund = one.refunds.find(({ failed }) => !failed);
      if (!refund) return;
      await refunds.fail(made.get(refund) ?? '');
      refund.failed = true;
      return;
    }
    case 'dispute': {
      if (dispute !== undefined || one.refunds.reduce((left, { cents, failed }) => left - (failed ? 0 : cents), CENTS) === 0)
        return;
      const { id, amount } = await disputes.open(await intent());
      made.set(one, id);
      one.held = amount;
      return;
    }
    case 'won':
    case 'lost':
      if (dispute === undefined || closed.has(dispute)) return;
      closed.add(dispute);
      await disputes.close(dispute, asked.act);
      if (asked.act === 'won') one.held = 0;
      return;
    case 'paid':
    case 'declined': {
      if (isOver) return;
      const isDeclined = asked.act === 'declined';
      if (isDeclined) await subscriptions.failNext(life.subscriptionId);
      const { currentPeriodEnd } = await periodOf(life);
      clock.pass(isLate ? 26 * HOUR_MS : Math.max(currentPeriodEnd - stripeClock.now().getTime() + 3 * HOUR_MS, 0));
      await sandboxOf(brim).deliverDue();
      await sandboxOf(brim).declineNoMore();
      return model.pass(isDeclined);
    }
    case 'update':
      if (isOver) return;
      await subscriptions.cancelAtPeriodEnd(life.subscriptionId, asked.ends);
      model.was.isEnding = asked.ends;
      return;
    case 'delete':
      if (isOver) return;
      await subscriptions.cancel(life.subscriptionId);
      model.was.isOver = true;
      return;
    case 'use':
      await track(brim, { customerId: life.customerId, featureId: WORDS, value: String(asked.units), onShortfall: 'OVERDRAW' });
      model.was.used += asked.units;
      return;
    case 'hear':
      clock.pass(HOUR_MS / 60);
      await sandboxOf(brim).deliverDue();
  }
}
const closed = new Set<string>();

/** Stripe's own present period, which Brim may not have heard of yet. */
async function periodOf({ subscriptionId }: Life) {
  const [row] = await sql.rows<{ end: string }>(
    `SELECT body #>> '{items,data,0,current_period_end}' AS "end" FROM stripe_sandbox.object WHERE id = $1`,
    [subscriptionId],
  );
  return { currentPeriodEnd: Number(row?.end) * 1_000 };
}

/** Delivers all that waits, and of what was lost the last event about each object. */
async function hearAll(): Promise<void> {
  const { events, deliverDue } = sandboxOf(brim);
  do {
    clock.pass(10 * 60_000);
    await deliverDue();
  } while ((await events.pending()).length > 0);
  const lost = await sql.rows<{ id: string }>(
    `SELECT DISTINCT ON (object_id) id FROM stripe_sandbox.event WHERE failure = 'lost' ORDER BY object_id, sequence DESC`,
  );
  for (const { id } of lost) expect(await events.deliver(id)).toEqual([{ status: 200 }]);
  await sql.rows(`UPDATE stripe_sandbox.event SET failure = NULL WHERE failure = 'lost'`);
}

const DATA = `query ($customerId: ID!, $once: ID!, $monthly: ID!) {
  customer(id: $customerId) { words: balance(featureId: "${WORDS}") { remaining } messages: balance(featureId: "${MESSAGES}") { remaining } }
  once: purchase(id: $once) { status refundable { amount } }
  monthly: purchase(id: $monthly) { status cancelAtPeriodEnd refundable { amount } payments { status amount { amount } } }
}`;

async function told({ customerId, once: onceId, monthly: monthlyId }: Life) {
  const { customer, once, monthly: recurring } = await brim.data(DATA, { customerId, once: onceId, monthly: monthlyId });
  const cents = ({ refundable }: { refundable: { amount: string } | null }) => Math.round(Number(refundable?.amount ?? 0) * 100);
  const payments: readonly { status: string; amount: { amount: string } }[] = recurring.payments;
  const isOver = ['CANCELED', 'REFUNDED'].includes(recurring.status);
  return {
    once: { status: once.status, remaining: Number(customer.words.remaining), refundable: cents(once) },
    monthly: {
      status: recurring.status,
      remaining: Number(customer.messages.remaining),
      refundable: cents(recurring),
      paid: payments.filter(({ status, amount }) => status === 'SUCCEEDED' && amount.amount === '24').length,
      cancelAtPeriodEnd: isOver ? null : recurring.cancelAtPeriodEnd,
    },
  };
}

/** The refund of a renewal is heard of before its payment, which names no purchase. */
const REFUND_BEFORE_PAYMENT: [Step[], number] = [
  [{ act: 'paid' }, { act: 'paid' }, { act: 'refund', charge: 3, cents: null }, { act: 'paid' }, { act: 'won', charge: 0 }],
  743_865_667,
];

let customers = 0;
test(
  `RF3: money ends where the model says, however it is heard of (seed ${seed})`,
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 12 }), fc.nat(), async (steps, adverse) => {
        customers += 1;
        const life = await begin(`c_${customers}`);
        const model = openModel();
        await sandboxOf(brim).webhooks.deliverAdversely({ seed: adverse, lost: 10 });
        for (const each of steps) await act(life, model, each);
        await sandboxOf(brim).webhooks.deliverAsUsual();
        await hearAll();
        // A purchase that ended when all of its money was back already is looked at once more.
        await until(async () => expect(await told(life)).toEqual(model.told()));
        if (!model.was.isOver) await sandboxOf(brim).subscriptions.cancel(life.subscriptionId);
      }),
      { ...runs(6), examples: [REFUND_BEFORE_PAYMENT] },
    );
  },
  patience(isLong ? 600_000 : 60_000),
);
