/**
 * Subscriptions that begin at the end of a month, in leap years and others, with upgrades and
 * downgrades in mid-period: each period is paid and given once, one begins where the other ends,
 * and Brim's periods are Stripe's.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStripe } from '../../src/stripe/client.ts';
import type { TestBrim } from '../support/brim.ts';
import { patience } from '../support/deadlines.ts';
import { isLong } from '../support/long.ts';
import { ACCOUNT_KEY } from '../support/shop/stripe-account.ts';
import { attach, balanceOf, createCustomer, ledgerOf, MESSAGES, openShop, pay, sandboxOf, untilStatus } from '../support/shop.ts';
import { runs, seed } from './seed.ts';

const HOUR_MS = 3_600_000;
/** Plans of one group, the cheapest first: "plan_3" costs $30 a month and gives 300. */
const PLANS = [1, 2, 3, 4, 5, 6];

let now = Date.UTC(2028, 0, 31, 9, 30);
let brim: TestBrim;
beforeAll(async () => {
  brim = await openShop({
    clock: { now: () => new Date(now) },
    sandboxDelivery: 'held',
    catalogue: {
      features: [MESSAGES],
      plans: PLANS.map((number) => ({
        id: `plan_${number}`,
        price: { amount: { amount: `${number * 10}`, currency: 'usd' }, interval: { unit: 'MONTH', count: 1 } },
        items: [{ featureId: MESSAGES, included: `${number * 100}` }],
      })),
    },
  });
});
afterAll(() => brim.close());

/** The anchor plus so many months, each as long as it is. */
function monthsAfter(anchor: number, months: number): number {
  const from = new Date(anchor);
  const [year, month] = [from.getUTCFullYear(), from.getUTCMonth() + months];
  const lastDay = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  return Date.UTC(year, month, Math.min(from.getUTCDate(), lastDay)) + (anchor % 86_400_000);
}

interface Period {
  readonly start: number;
  readonly end: number;
}

/** The periods that are paid, by the calendar alone. */
function openModel(start: number, first: number) {
  let [anchor, months, plan, next] = [start, 1, first, first];
  const periods: Period[] = [{ start, end: monthsAfter(start, 1) }];
  return {
    periods,
    current: () => periods.at(-1) as Period,
    plan: () => plan,
    renew() {
      months += 1;
      plan = next;
      periods.push({ start: monthsAfter(anchor, months - 1), end: monthsAfter(anchor, months) });
    },
    upgrade(to: number, at: number) {
      [anchor, months, plan, next] = [at, 1, to, to];
      periods.push({ start: at, end: monthsAfter(at, 1) });
    },
    downgrade(to: number) {
      next = to;
    },
    isWaiting: () => next !== plan,
  };
}

async function passTo(instant: number) {
  now = instant;
  await sandboxOf(brim).deliverDue();
}

let customers = 0;
async function begin(plan: number) {
  customers += 1;
  const customerId = `c_${customers}`;
  await createCustomer(brim, customerId);
  const { purchase, checkoutUrl } = await attach(brim, { customerId, planId: `plan_${plan}` });
  await pay(checkoutUrl);
  await sandboxOf(brim).deliverDue();
  await untilStatus(brim, purchase.id, 'ACTIVE');
  const { subscriptionId } = (await brim.app.domain.purchases.find(purchase.id)) ?? {};
  return { customerId, subscriptionId: String(subscriptionId) };
}
type Life = Awaited<ReturnType<typeof begin>>;

/** Where Stripe is, by its own answer. */
async function stripePeriodOf({ subscriptionId }: Life): Promise<Period> {
  const stripe = openStripe({ secretKey: ACCOUNT_KEY, apiUrl: `${brim.url}/sandbox/stripe` });
  const item = (await stripe.subscriptions.retrieve(subscriptionId)).items.data[0];
  return { start: (item?.current_period_start ?? 0) * 1_000, end: (item?.current_period_end ?? 0) * 1_000 };
}

interface Paid {
  readonly status: string;
  readonly periodStart: string;
  readonly periodEnd: string;
}

async function paidPeriodsOf({ customerId }: Life): Promise<readonly Period[]> {
  const { customer } = await brim.data(
    `query ($id: ID!) { customer(id: $id) {
      payments(first: 100) { nodes { status periodStart periodEnd } }
      purchases(first: 100) { nodes { id status currentPeriodStart currentPeriodEnd } }
    } }`,
    { id: customerId },
  );
  return customer.payments.nodes
    .filter(({ status }: Paid) => status === 'SUCCEEDED')
    .map(({ periodStart, periodEnd }: Paid) => ({ start: Date.parse(periodStart), end: Date.parse(periodEnd) }))
    .sort((one: Period, other: Period) => one.start - other.start);
}

async function heldOf({ customerId }: Life): Promise<Period & { readonly plan: string }> {
  const { customer } = await brim.data(
    `query ($id: ID!) { customer(id: $id) { purchases(first: 100, status: ACTIVE) { nodes { currentPeriodStart currentPeriodEnd plan { id } } } } }`,
    { id: customerId },
  );
  expect(customer.purchases.nodes).toHaveLength(1);
  const [{ currentPeriodStart, currentPeriodEnd, plan }] = customer.purchases.nodes;
  return { start: Date.parse(currentPeriodStart), end: Date.parse(currentPeriodEnd), plan: plan.id };
}

async function expectAs(life: Life, model: ReturnType<typeof openModel>) {
  const { start, end, plan } = await heldOf(life);
  expect({ start, end, plan }).toEqual({ ...model.current(), plan: `plan_${model.plan()}` });
  expect(await stripePeriodOf(life)).toEqual({ start, end });
  expect(await balanceOf(brim, life.customerId)).toMatchObject({ remaining: `${model.plan() * 100}` });
}

test('a month that has no 31st ends on its last day, and the next one ends on the 31st again', async () => {
  const life = await begin(1);
  const model = openModel(now, 1);
  for (let month = 1; month <= 4; month += 1) {
    await passTo(model.current().end + 2 * HOUR_MS);
    model.renew();
    await expectAs(life, model);
  }
  const days = (await paidPeriodsOf(life)).map(({ start }) => new Date(start).toISOString().slice(0, 16));
  expect(days).toEqual(['2028-01-31T09:30', '2028-02-29T09:30', '2028-03-31T09:30', '2028-04-30T09:30', '2028-05-31T09:30']);
  await sandboxOf(brim).subscriptions.cancel(life.subscriptionId);
});

type Step =
  | { readonly act: 'renew'; readonly lateHours: number }
  | { readonly act: 'upgrade' | 'downgrade'; readonly part: number };

const part = fc.double({ min: 0.01, max: 0.99, noNaN: true });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ act: fc.constant('renew' as const), lateHours: fc.integer({ min: 2, max: 400 }) }) },
  { weight: 2, arbitrary: fc.record({ act: fc.constantFrom('upgrade' as const, 'downgrade' as const), part }) },
);
const LEAP_YEAR = 2028;
const life = fc
  .record({
    day: fc.integer({ min: 29, max: 31 }),
    month: fc.nat(11),
    years: fc.nat(3),
    minute: fc.nat(24 * 60 - 1),
    steps: fc.array(step, { minLength: 4, maxLength: 14 }),
  })
  // Days that exist: no search for the 31st of an April ends.
  .filter(({ day, month }) => new Date(Date.UTC(LEAP_YEAR, month, day)).getUTCMonth() === month);

/** The next such day at least so many years from now. */
function dayAfter({ day, month, years, minute }: { day: number; month: number; years: number; minute: number }): number {
  const from = new Date(now);
  for (let ahead = 12 * years; ; ahead += 1) {
    const first = new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + ahead, 1));
    const found = new Date(first.getTime() + ((day - 1) * 24 * 60 + minute) * 60_000);
    const isThere = found.getUTCMonth() === first.getUTCMonth() && found.getTime() > now;
    // February has a 29th in leap years alone.
    if (isThere && first.getUTCMonth() === month) return found.getTime();
  }
}

test(
  `each month gives its period once, without a gap, and Brim's periods are Stripe's (seed ${seed})`,
  async () => {
    await fc.assert(
      fc.asyncProperty(life, async ({ steps, ...begins }) => {
        await passTo(dayAfter(begins));
        const one = await begin(3);
        const model = openModel(now, 3);
        for (const each of steps) {
          const { start, end } = model.current();
          if (each.act === 'renew') {
            await passTo(Math.max(now, end + each.lateHours * HOUR_MS));
            while (model.current().end + HOUR_MS < now) model.renew();
          } else {
            const to = model.plan() + (each.act === 'upgrade' ? 1 : -1);
            if (!PLANS.includes(to) || model.isWaiting()) continue;
            await passTo(Math.max(now, Math.round((start + (end - start) * each.part) / 1_000) * 1_000));
            const { purchase } = await attach(brim, { customerId: one.customerId, planId: `plan_${to}` });
            expect(purchase.status).toBe(each.act === 'upgrade' ? 'ACTIVE' : 'PENDING');
            if (each.act === 'upgrade') model.upgrade(to, now);
            else model.downgrade(to);
            await sandboxOf(brim).deliverDue();
          }
          await expectAs(one, model);
        }
        expect(await paidPeriodsOf(one)).toEqual(model.periods);
        const grants = (await ledgerOf(brim, one.customerId)).filter(({ kind }: { kind: string }) => kind === 'GRANT');
        expect(grants).toHaveLength(model.periods.length);
        await sandboxOf(brim).subscriptions.cancel(one.subscriptionId);
        await sandboxOf(brim).deliverDue();
      }),
      runs(3),
    );
  },
  patience(isLong ? 600_000 : 60_000),
);
