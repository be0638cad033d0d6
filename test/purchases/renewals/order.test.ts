/**
 * What becomes of a recurring purchase depends on what the provider has, and not on the order,
 * number or loss of what is heard of it.
 */
import fc from 'fast-check';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Database, openDatabase } from '../../../src/database/database.ts';
import { cancelRecurring, isRecurring } from '../../../src/purchases/end/recurring.ts';
import { resumePurchase } from '../../../src/purchases/end/resume-purchase.ts';
import type { PaymentProvider } from '../../../src/purchases/model/provider.ts';
import type { Invoice, Subscription } from '../../../src/purchases/model/provider-subscriptions.ts';
import { follow } from '../../../src/purchases/renewals/follow.ts';
import { openRenewals, type Renewals, type RenewalsDeps } from '../../../src/purchases/renewals/renewals.ts';
import { decimal } from '../../../src/values/decimal.ts';
import { randomIds } from '../../../src/values/ids.ts';
import { addInterval } from '../../../src/values/interval.ts';
import type { TestBrim } from '../../support/brim.ts';
import { isLong } from '../../support/long.ts';
import {
  attach,
  balanceOf,
  createCustomer,
  findRecurring,
  grant,
  MESSAGES,
  monthly,
  openShop,
  track,
  wanting,
} from '../../support/shop.ts';

const MONTH = { unit: 'MONTH', count: 1 } as const;
const EIGHT = { amount: decimal('8'), currency: 'usd' };

let brim: TestBrim;
let database: Database;
let renewals: Renewals;
let deps: RenewalsDeps;
let ports: Pick<PaymentProvider, 'readSubscription' | 'endSubscription' | 'setCancelAtPeriodEnd'>;
const tomorrow = () => new Date(Date.now() + 86_400_000);
/** The subscriptions as the provider has them. */
const provider = new Map<string, Subscription>();
beforeAll(async () => {
  brim = await openShop({
    catalogue: {
      features: [{ id: MESSAGES, name: 'Premium messages', type: 'METERED' }],
      plans: [
        { id: 'extra', addOn: true, items: [{ featureId: MESSAGES, price: monthly('8') }] },
        { id: 'none', items: [] },
        { id: 'base', items: [{ featureId: MESSAGES, price: monthly('8') }] },
        {
          id: 'kept',
          addOn: true,
          items: [{ featureId: MESSAGES, price: monthly('8'), rollover: { max: '30' } }],
        },
        {
          id: 'strict',
          addOn: true,
          gracePeriod: { unit: 'DAY', count: 3 },
          items: [{ featureId: MESSAGES, price: monthly('8') }],
        },
      ],
    },
  });
  database = openDatabase({ url: brim.databaseUrl });
  const { ledger, catalog } = brim.app.domain;
  const found = (id: string) => {
    const subscription = provider.get(id);
    if (!subscription) throw new Error(`there is no ${id}`);
    return subscription;
  };
  const change = (id: string, changes: Partial<Subscription>) => {
    const changed = { ...found(id), ...changes };
    provider.set(id, changed);
    return changed;
  };
  ports = {
    readSubscription: async (id) => found(id),
    endSubscription: async (id) => change(id, { status: 'ended', endedAt: new Date() }),
    setCancelAtPeriodEnd: async (id, isCanceled) =>
      change(id, { cancelAtPeriodEnd: isCanceled, endsAt: isCanceled ? tomorrow() : null }),
  };
  deps = {
    ...{ database, ledger, catalog, ids: randomIds(clock), clock, installationId: 'inst_1' },
    log: pino({ level: 'silent' }),
    // Renewals ask for nothing else.
    provider: ports as PaymentProvider,
  };
  renewals = openRenewals(deps);
});
afterAll(async () => {
  await database.close();
  await brim.close();
});

const clock = { now: () => new Date() };
let count = 0;
/** A purchase that waits for its first invoice, and its subscription, which begins a year ago. */
async function begin(planId = 'extra') {
  count += 1;
  const [customerId, id] = [`order_${count}`, `sub_${count}`];
  await createCustomer(brim, customerId);
  const { purchase } = await attach(brim, { customerId, planId, featureQuantities: wanting('100') });
  const anchor = addInterval(new Date(), { unit: 'YEAR', count: 1 }, -1);
  const periodOf = (number: number) => ({
    start: addInterval(anchor, MONTH, number),
    end: addInterval(anchor, MONTH, number + 1),
  });
  const invoiceOf = (number: number, status: Invoice['status']): Invoice => ({
    ...{ id: `in_${count}_${number}`, purchaseId: purchase.id, status, paid: EIGHT, due: EIGHT, invoiceUrl: null },
    ...{ chargeId: status === 'paid' ? `pi_${id}_${number}` : null, attempts: 1 },
    lines: [{ index: 0, isRecurring: true, isProration: false, units: 1, amount: EIGHT, period: periodOf(number) }],
    createdAt: periodOf(number).start,
    paidAt: null,
  });
  let subscription: Subscription = {
    ...{ id, purchaseId: purchase.id, installationId: 'inst_1', status: 'active', period: periodOf(0), invoices: [] },
    ...{ cancelAtPeriodEnd: false, endsAt: null, endedAt: null, openedIn: { account: null, live: false } },
  };
  const set = (changes: Partial<Subscription>) => {
    subscription = { ...subscription, ...changes };
    provider.set(id, subscription);
  };
  set({});
  return {
    customerId,
    purchaseId: String(purchase.id),
    set,
    subscription: () => subscription,
    /** The invoice of a period becomes paid or not paid, if it is not paid yet. */
    bill(number: number, status: 'paid' | 'open') {
      const others = subscription.invoices.filter((each) => each.id !== `in_${count}_${number}`);
      const known = subscription.invoices.find((each) => each.id.endsWith(`_${number}`));
      const next = known?.status === 'paid' ? known : invoiceOf(number, status);
      const all = [...others.filter((each) => each.id !== next.id), next];
      const isLate = all.some((each) => each.status === 'open');
      set({
        invoices: all.toSorted((a, b) => b.createdAt.getTime() - a.createdAt.getTime()),
        ...(subscription.status === 'ended' ? {} : { status: isLate ? 'past_due' : 'active' }),
      });
    },
    hear: () => renewals.reconcileSubscription({ subscriptionId: id, purchaseId: purchase.id, installationId: 'inst_1' }),
    periodOf,
  };
}

describe('a renewal', () => {
  test('gives its period once, ends what is unused, and leaves what was given by hand', async () => {
    const { bill, hear, customerId, purchaseId, periodOf } = await begin();
    await grant(brim, { customerId, amount: '7' });
    bill(0, 'paid');
    await Promise.all([hear(), hear(), hear()]);
    await track(brim, { customerId, value: '27' });
    expect(await balanceOf(brim, customerId)).toMatchObject({ remaining: '80' });
    bill(1, 'paid');
    await Promise.all([hear(), hear()]);
    await hear();
    const { remaining } = await balanceOf(brim, customerId);
    expect(['100', '107']).toContain(remaining);
    expect(await findRecurring(brim, purchaseId)).toMatchObject({
      status: 'ACTIVE',
      currentPeriodEnd: periodOf(1).end.toISOString(),
      payments: [{ status: 'SUCCEEDED' }, { status: 'SUCCEEDED' }],
      refundable: { amount: '16' },
    });
  });

  test('carries on what rolls over, up to its limit', async () => {
    const { bill, hear, customerId } = await begin('kept');
    bill(0, 'paid');
    await hear();
    await track(brim, { customerId, value: '80' });
    bill(1, 'paid');
    await hear();
    expect(await balanceOf(brim, customerId)).toMatchObject({ remaining: '120' });
    bill(2, 'paid');
    await hear();
    expect(await balanceOf(brim, customerId)).toMatchObject({ remaining: '130' });
  });

  test('that is not paid gives nothing and takes nothing, and is given once it is paid', async () => {
    const { bill, hear, customerId, purchaseId } = await begin();
    bill(0, 'paid');
    await hear();
    bill(1, 'open');
    await hear();
    expect(await findRecurring(brim, purchaseId)).toMatchObject({ status: 'PAST_DUE' });
    expect(await balanceOf(brim, customerId)).toMatchObject({ remaining: '100' });
    bill(1, 'paid');
    await hear();
    expect(await findRecurring(brim, purchaseId)).toMatchObject({ status: 'ACTIVE' });
    expect(await balanceOf(brim, customerId)).toMatchObject({ remaining: '100' });
  });

  test('that is not paid ends what is there with the grace of the plan', async () => {
    const { bill, hear, customerId, purchaseId } = await begin('strict');
    bill(0, 'paid');
    await hear();
    bill(1, 'open');
    await hear();
    expect(await findRecurring(brim, purchaseId)).toMatchObject({ status: 'PAST_DUE' });
    expect(await balanceOf(brim, customerId)).toMatchObject({ remaining: '0' });
    bill(1, 'paid');
    await hear();
    expect(await balanceOf(brim, customerId)).toMatchObject({ remaining: '100' });
  });

  test('that the provider gave up ends the purchase, and its subscription', async () => {
    const { bill, hear, set, customerId, purchaseId } = await begin();
    bill(0, 'paid');
    await hear();
    bill(1, 'open');
    set({ status: 'unpaid' });
    await hear();
    await hear();
    expect(await findRecurring(brim, purchaseId)).toMatchObject({ status: 'CANCELED' });
    expect(await balanceOf(brim, customerId)).toMatchObject({ remaining: '0' });
    expect([...provider.values()].at(-1)).toMatchObject({ status: 'ended' });
  });
});

describe('a recurring purchase', () => {
  const verbs = () => {
    const { find } = brim.app.domain.purchases;
    return { provider: ports, followSubscription: renewals.followSubscription, find };
  };
  async function held(planId = 'extra') {
    const life = await begin(planId);
    life.bill(0, 'paid');
    await life.hear();
    const purchase = await brim.app.domain.purchases.find(life.purchaseId);
    if (!purchase || !isRecurring(purchase)) throw new Error('it does not recur');
    return { ...life, purchase };
  }

  test('is canceled for the end of its period, resumed once, and not twice', async () => {
    const { purchase, customerId } = await held();
    expect(await cancelRecurring(verbs(), purchase, 'PERIOD_END')).toMatchObject({
      ...{ status: 'ACTIVE', cancelAtPeriodEnd: true, endsAt: expect.any(Date) },
    });
    expect(await balanceOf(brim, customerId)).toMatchObject({ remaining: '100' });
    const input = { purchaseId: purchase.id };
    expect(await resumePurchase(verbs(), input)).toMatchObject({ cancelAtPeriodEnd: false, endsAt: null, status: 'ACTIVE' });
    await expect(resumePurchase(verbs(), input)).rejects.toMatchObject({ issues: [{ path: ['purchaseId'] }] });
  });

  test('stays canceled where an answer of before comes late', async () => {
    const { purchase, hear, subscription } = await held();
    const older = subscription();
    const reading = vi.spyOn(ports, 'readSubscription').mockImplementationOnce(async () => {
      await cancelRecurring(verbs(), purchase, 'PERIOD_END');
      return older;
    });
    await hear();
    expect(reading).toHaveBeenCalledTimes(2);
    expect(await brim.app.domain.purchases.find(purchase.id)).toMatchObject({ cancelAtPeriodEnd: true });

    // The same where it is the answer to a cancel, and somebody resumed it meanwhile.
    vi.spyOn(ports, 'setCancelAtPeriodEnd').mockImplementationOnce(async () => {
      const canceled = { ...older, cancelAtPeriodEnd: true, endsAt: tomorrow() };
      await resumePurchase(verbs(), { purchaseId: purchase.id });
      return canceled;
    });
    const canceled = (await brim.app.domain.purchases.find(purchase.id)) ?? purchase;
    if (!isRecurring(canceled)) throw new Error('it does not recur');
    expect(await cancelRecurring(verbs(), canceled, 'PERIOD_END')).toMatchObject({ cancelAtPeriodEnd: false, endsAt: null });
    vi.restoreAllMocks();
  });

  test('is canceled now, with what it gives, and cannot be resumed', async () => {
    const { purchase, customerId } = await held();
    expect(await cancelRecurring(verbs(), purchase, 'NOW')).toMatchObject({ status: 'CANCELED' });
    expect(await balanceOf(brim, customerId)).toMatchObject({ remaining: '0' });
    await expect(resumePurchase(verbs(), { purchaseId: purchase.id })).rejects.toMatchObject({
      issues: [{ path: ['purchaseId'] }],
    });
  });

  test('that ends while an older answer is followed is still asked about', async () => {
    const { purchase, customerId, subscription } = await held('base');
    await attach(brim, { customerId, planId: 'none' });
    await follow(deps, purchase, subscription());
    const [row] = await database.client.$queryRaw<{ due: boolean }[]>`
      SELECT status = 'CANCELED' AND next_check_at <= now() + interval '10 minutes' AS due FROM purchase WHERE id = ${purchase.id}`;
    expect(row).toEqual({ due: true });
  });

  test('that ended takes its subscription with it, unless an older answer said so and another has it by now', async () => {
    const { purchase, subscription, set } = await held();
    const ended = { ...purchase, status: 'CANCELED' as const };
    const older = subscription();
    set({ purchaseId: 'pur_another' });
    await follow(deps, ended, older);
    expect(provider.get(older.id)).toMatchObject({ status: 'active' });
    set({ purchaseId: purchase.id });
    await follow(deps, ended, older);
    expect(provider.get(older.id)).toMatchObject({ status: 'ended' });
  });
});

type Step =
  | { readonly kind: 'paid' | 'failed'; readonly number: number }
  | { readonly kind: 'updated' | 'deleted' | 'heard'; readonly number: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant<'paid'>('paid'), number: fc.nat(4) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant<'failed'>('failed'), number: fc.nat(4) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom<'updated' | 'deleted'>('updated', 'deleted'), number: fc.nat(1) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant<'heard'>('heard'), number: fc.nat(2) }) },
);

/** What must be at the end, from what the provider has had. */
function model(steps: readonly Step[]) {
  const paid = new Set<number>();
  const open = new Set<number>();
  let isDeleted = false;
  let isEnding = false;
  for (const { kind, number } of [{ kind: 'paid', number: 0 } as Step, ...steps]) {
    if (isDeleted) break;
    if (kind === 'paid') {
      paid.add(number);
      open.delete(number);
    } else if (kind === 'failed' && !paid.has(number)) open.add(number);
    else if (kind === 'updated') isEnding = number === 1;
    else if (kind === 'deleted') isDeleted = true;
  }
  return {
    status: isDeleted ? 'CANCELED' : open.size > 0 ? 'PAST_DUE' : 'ACTIVE',
    remaining: isDeleted ? '0' : '100',
    paid: paid.size,
    cancelAtPeriodEnd: isEnding,
  };
}

test('the end is what the provider has, whatever is heard in which order and how often', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      const life = await begin();
      life.bill(0, 'paid');
      await life.hear();
      const wanted = model(steps);
      let isDeleted = false;
      for (const { kind, number } of steps) {
        if (kind === 'heard') await Promise.all(Array.from({ length: number }, life.hear));
        else if (isDeleted) continue;
        else if (kind === 'paid') life.bill(number, 'paid');
        else if (kind === 'failed') life.bill(number, 'open');
        else if (kind === 'updated') life.set({ cancelAtPeriodEnd: number === 1, endsAt: number === 1 ? tomorrow() : null });
        else {
          // What was paid before is heard of before or after the end, so it is heard of here.
          await life.hear();
          life.set({ status: 'ended', endedAt: new Date() });
          isDeleted = true;
        }
      }
      await life.hear();
      const purchase = await findRecurring(brim, life.purchaseId);
      expect({
        status: purchase.status,
        remaining: (await balanceOf(brim, life.customerId)).remaining,
        paid: purchase.payments.filter(({ status }: { status: string }) => status === 'SUCCEEDED').length,
        ...(purchase.status === 'CANCELED' ? {} : { cancelAtPeriodEnd: purchase.cancelAtPeriodEnd }),
      }).toEqual({
        ...wanted,
        ...(wanted.status === 'CANCELED' ? { cancelAtPeriodEnd: undefined } : {}),
      });
    }),
    { numRuns: isLong ? 300 : 15 },
  );
});
