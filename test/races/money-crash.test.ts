/**
 * A process is killed with SIGKILL at every step of a payment: after it was recorded and before
 * Stripe heard of it, after Stripe did it and before that was heard, while the event about it is
 * handled, and while the outcome is written. Whoever comes first afterwards, the caller, the
 * webhook or the reconciler, the end is the same: one charge, one refund, one grant.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seed } from '../properties/seed.ts';
import type { TestBrim } from '../support/brim.ts';
import { isLong } from '../support/long.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';
import { type BrimProcess, brimProcesses } from '../support/process.ts';
import { ACCOUNT_KEY, ACCOUNT_WEBHOOK_SECRET, post } from '../support/shop/stripe-account.ts';
import {
  amountsOf,
  answerPage,
  attach,
  cancelPurchase,
  createCustomer,
  deliver,
  eventOf,
  findRecurring,
  MESSAGES,
  openShop,
  pay,
  prepaid,
  sandboxOf,
  seedAnd,
  untilStatus,
  wanting,
} from '../support/shop.ts';
import { openWire, type Wire } from '../support/wire.ts';
import { openSql, type Sql, until } from '../support/witness.ts';

const HOUR_MS = 3_600_000;
const PERIOD_MS = 30 * 24 * HOUR_MS;

type Door = Pick<TestBrim, 'data'>;

/** One story, up to the step at which the process dies, and after it. */
interface Story {
  /** Calls to Stripe at which it may die: before they arrive, and, of a POST, after it is done. */
  readonly calls: readonly RegExp[];
  /** The table whose row it cannot write when it dies with the outcome in hand; null: none. */
  readonly writes: 'balance' | 'purchase' | null;
  /** What happens before, without trouble. @returns the purchase; '' where there is none yet. */
  prepare(customerId: string): Promise<string>;
  /** What the process does that dies. */
  act(process: BrimProcess, customerId: string, purchaseId: string): Promise<unknown>;
  /** The caller comes back, where there is one. */
  again?(customerId: string, purchaseId: string): Promise<unknown>;
  /** What stands in the ledger at the end. */
  readonly ledger: readonly string[];
  readonly charges: number;
  readonly refunds: number;
}

const processes = brimProcesses();
let database: FreshDatabase;
let sql: Sql;
let here: TestBrim;
let wire: Wire;
// What renews was bought so long ago that Stripe has renewed it by now, and Brim does not ask yet.
let aheadMs = -PERIOD_MS - 1.5 * HOUR_MS;

beforeAll(async () => {
  database = await freshDatabase();
  sql = await openSql(database.url);
  here = await openShop({
    databaseUrl: database.url,
    sandboxDelivery: 'held',
    clock: { now: () => new Date(Date.now() + aheadMs) },
    catalogue: seedAnd({ plans: [{ id: 'extra', addOn: true, items: [{ featureId: MESSAGES, price }] }] }),
  });
  wire = await openWire(() => `${here.url}/sandbox/stripe`);
});
afterAll(async () => {
  await processes.end();
  await wire?.close();
  await here?.close();
  await sql?.close();
  await database?.drop();
});

const price = { ...prepaid('8'), interval: { unit: 'DAY', count: 30 } };
const wanted = (customerId: string, planId: string) => ({ customerId, planId, featureQuantities: wanting('100') });

async function buy(customerId: string, planId: string): Promise<string> {
  await createCustomer(here, customerId);
  const { purchase, checkoutUrl } = await attach(here, wanted(customerId, planId));
  await pay(checkoutUrl);
  // No other event may be heard before a process dies over it.
  await deliver(here, await eventOf(here, checkoutUrl, 'checkout.session.completed'));
  await untilStatus(here, purchase.id, 'ACTIVE');
  return String(purchase.id);
}

async function intentOf(purchaseId: string): Promise<string> {
  const [row] = await sql.rows<{ id: string }>('SELECT charge_id AS id FROM payment WHERE purchase_id = $1', [purchaseId]);
  return row?.id ?? '';
}

async function purchaseOf(customerId: string): Promise<string> {
  const rows = await sql.rows<{ id: string }>(`SELECT id FROM purchase WHERE customer_id = $1 AND plan_id <> 'free'`, [
    customerId,
  ]);
  expect(rows).toHaveLength(1);
  return rows[0]?.id ?? '';
}

/** Sends the process the newest event of this type that was made for this purchase. */
async function tell(process: BrimProcess, type: string, about: string): Promise<unknown> {
  const [row] = await sql.rows<{ payload: string }>(
    'SELECT payload FROM stripe_sandbox.event WHERE type = $1 AND payload LIKE $2 ORDER BY sequence DESC LIMIT 1',
    [type, `%${about}%`],
  );
  if (!row) throw new Error(`there is no ${type} about ${about}`);
  return post(process, row.payload);
}

const refund = ({ data }: Door, purchaseId: string) =>
  data(`mutation ($input: RefundPurchaseInput!) { refundPurchase(input: $input) { __typename ... on Error { message } } }`, {
    input: { purchaseId, amount: { amount: '5', currency: 'usd' }, idempotencyKey: `refund-${purchaseId}` },
  });

const STORIES: Readonly<Record<string, Story>> = {
  'a recurring purchase': {
    calls: [/^POST \/v1\/customers$/, /^POST \/v1\/checkout\/sessions$/],
    writes: null,
    prepare: async (customerId) => {
      await createCustomer(here, customerId);
      return '';
    },
    act: (process, customerId) => attach(process, wanted(customerId, 'extra')),
    async again(customerId, purchaseId) {
      if (purchaseId !== '' && (await findRecurring(here, purchaseId)).status === 'ACTIVE') return;
      const { checkoutUrl } = await attach(here, wanted(customerId, 'extra'));
      await answerPage(checkoutUrl);
    },
    ...{ ledger: ['GRANT 10', 'GRANT 100'], charges: 1, refunds: 0 },
  },
  'its first payment': {
    calls: [/^GET \/v1\/checkout\/sessions\//, /^GET \/v1\/subscriptions\//],
    writes: 'balance',
    prepare: async (customerId) => {
      await createCustomer(here, customerId);
      const { purchase, checkoutUrl } = await attach(here, wanted(customerId, 'extra'));
      await pay(checkoutUrl);
      return String(purchase.id);
    },
    act: (process, _customerId, purchaseId) => tell(process, 'checkout.session.completed', purchaseId),
    ...{ ledger: ['GRANT 10', 'GRANT 100'], charges: 1, refunds: 0 },
  },
  'a renewal': {
    calls: [/^GET \/v1\/subscriptions\//],
    writes: 'balance',
    prepare: (customerId) => buy(customerId, 'extra'),
    act: (process, _customerId, purchaseId) => tell(process, 'invoice.paid', purchaseId),
    ...{ ledger: ['GRANT 10', 'GRANT 100', 'EXPIRY -100', 'GRANT 100'], charges: 2, refunds: 0 },
  },
  'a refund': {
    calls: [/^POST \/v1\/refunds$/],
    writes: 'balance',
    prepare: (customerId) => buy(customerId, 'top_up'),
    act: (process, _customerId, purchaseId) => refund(process, purchaseId),
    again: (_customerId, purchaseId) => refund(here, purchaseId),
    ...{ ledger: ['GRANT 10', 'GRANT 100', 'CLAWBACK -50'], charges: 1, refunds: 1 },
  },
  'a dispute': {
    calls: [/^GET \/v1\/refunds$/, /^GET \/v1\/disputes$/],
    writes: 'balance',
    async prepare(customerId) {
      const purchaseId = await buy(customerId, 'top_up');
      await sandboxOf(here).disputes.open(await intentOf(purchaseId));
      return purchaseId;
    },
    act: async (process, _customerId, purchaseId) => tell(process, 'charge.dispute.funds_withdrawn', await intentOf(purchaseId)),
    ...{ ledger: ['GRANT 10', 'GRANT 100', 'CLAWBACK -100'], charges: 1, refunds: 0 },
  },
  'a cancel at the end of the period': {
    calls: [/^POST \/v1\/subscriptions\//],
    writes: 'purchase',
    prepare: (customerId) => buy(customerId, 'extra'),
    act: (process, _customerId, purchaseId) => cancelPurchase(process, purchaseId, 'PERIOD_END'),
    again: (_customerId, purchaseId) => cancelPurchase(here, purchaseId, 'PERIOD_END'),
    ...{ ledger: ['GRANT 10', 'GRANT 100'], charges: 1, refunds: 0 },
  },
};

interface Kill {
  readonly story: string;
  /** The call at which it dies; null: while it writes. */
  readonly call: RegExp | null;
  readonly fate: 'lost' | 'unanswered';
}

const KILLS: readonly Kill[] = Object.entries(STORIES).flatMap(([story, { calls, writes }]) => [
  ...calls.flatMap((call): Kill[] => [
    { story, call, fate: 'lost' },
    ...(call.source.startsWith('^POST') ? [{ story, call, fate: 'unanswered' } as const] : []),
  ]),
  ...(writes ? [{ story, call: null, fate: 'unanswered' } as const] : []),
]);

/** Of each story one step, and all of them in the long run. */
const sample = isLong
  ? KILLS
  : Object.keys(STORIES).flatMap((story) => {
      const steps = KILLS.filter((kill) => kill.story === story);
      return steps[seed % steps.length] ?? [];
    });

const nameOf = (index: number) => `killed_${index}`;

describe(`a process that is killed in the middle of a payment (seed ${seed})`, () => {
  const purchases: string[] = [];

  test('leaves every step undone or done', async () => {
    const prepare = async (isOld: boolean) => {
      for (const [index, { story }] of sample.entries())
        if ((story === 'a renewal') === isOld) purchases[index] = (await STORIES[story]?.prepare(nameOf(index))) ?? '';
    };
    await prepare(true);
    aheadMs = 0;
    // Stripe renews, and nobody hears of it.
    await sandboxOf(here).clock.advance(new Date(sandboxOf(here).clock.now().getTime() + 60_000));
    await prepare(false);
    await crash();
    for (const [index, { story, call }] of sample.entries())
      if (call) expect((await amountsOf(here, nameOf(index))).length).toBeLessThanOrEqual(STORIES[story]?.ledger.length ?? 0);
  });

  async function crash() {
    const doomed = await processes.start({
      database: { url: database.url },
      env: {
        ...{ STRIPE_SECRET_KEY: ACCOUNT_KEY, STRIPE_WEBHOOK_SECRET: ACCOUNT_WEBHOOK_SECRET, STRIPE_API_URL: wire.url },
        LOG_LEVEL: 'info',
      },
    });
    // The calls of this check are not those that are cut.
    await until(() => expect(doomed.output()).toContain('stripe: the key may do all that is needed'));
    const unanswered: Promise<unknown>[] = [];
    const blockers: Sql[] = [];
    const byCallsFirst = [...sample.entries()].sort(([, one], [, other]) => Number(!one.call) - Number(!other.call));
    for (const [index, { story, call, fate }] of byCallsFirst) {
      const cuts = wire.cuts;
      if (call) wire.cutNext(call, fate);
      else blockers.push(await lockRow(STORIES[story]?.writes ?? 'balance', nameOf(index)));
      unanswered.push(Promise.allSettled([STORIES[story]?.act(doomed, nameOf(index), purchases[index] ?? '')]));
      if (call) await until(() => expect(wire.cuts).toBe(cuts + 1));
    }
    // Who waits gives up after a while, and may try again.
    const blocked = new Set<Sql>();
    const backends = new Set<number>();
    await until(async () => {
      for (const blocker of blockers) {
        const waiting = await sql.rows<{ pid: number }>(
          'SELECT pid FROM pg_stat_activity WHERE $1 = ANY(pg_blocking_pids(pid))',
          [(await blocker.rows<{ pid: number }>('SELECT pg_backend_pid() AS pid'))[0]?.pid],
        );
        for (const { pid } of waiting) backends.add(pid);
        if (waiting.length > 0) blocked.add(blocker);
      }
      expect(blocked.size).toBe(blockers.length);
    });
    doomed.kill();
    await Promise.all(unanswered);
    // Statements that the killed process sent must not run after its end.
    const sent = [...backends];
    await sql.rows('SELECT pg_terminate_backend(pid) FROM unnest($1::int[]) AS pid', [sent]);
    for (const blocker of blockers) await blocker.close();
    await until(async () => expect(await sql.rows('SELECT FROM pg_stat_activity WHERE pid = ANY($1)', [sent])).toEqual([]));
  }

  async function lockRow(table: string, customerId: string): Promise<Sql> {
    const blocker = await openSql(database.url);
    await blocker.rows('BEGIN');
    await blocker.rows(`SELECT FROM ${table} WHERE customer_id = $1 FOR UPDATE`, [customerId]);
    return blocker;
  }

  /** The reconciler, until what renews, waits or was refunded is due. */
  async function reconcile() {
    aheadMs += 3 * HOUR_MS;
    await here.app.domain.purchases.reconcileDue();
    await here.app.domain.purchases.returns.reconcileDueReturns();
  }

  async function deliverAll() {
    await sandboxOf(here).deliverDue();
    for (const { id } of await sandboxOf(here).events.pending())
      await sandboxOf(here).events.deliver(id, { times: 2, together: true });
  }

  test('and whoever comes first afterwards, each is done once', async () => {
    const comeBack = async () => {
      for (const [index, { story }] of sample.entries())
        await STORIES[story]?.again?.(nameOf(index), purchases[index] || (await purchaseOf(nameOf(index)).catch(() => '')));
    };
    const ways = [comeBack, deliverAll, reconcile];
    const [order = ways] = fc.sample(fc.shuffledSubarray(ways, { minLength: 3 }), { numRuns: 1, seed });
    for (const way of [...order, ...order, ...ways]) await way();

    for (const [index, { story }] of sample.entries()) {
      const customerId = nameOf(index);
      const { ledger, charges, refunds } = STORIES[story] as Story;
      const found = await sql.rows(
        `SELECT count(*) FILTER (WHERE o.kind = 'charge')::int AS charges, count(*) FILTER (WHERE o.kind = 'refund')::int AS refunds
         FROM stripe_sandbox.object o WHERE o.body ->> 'status' = 'succeeded' AND (
           (o.kind = 'charge' AND o.body ->> 'customer' = p.id) OR
           (o.kind = 'refund' AND o.body ->> 'charge' IN (SELECT id FROM stripe_sandbox.object WHERE body ->> 'customer' = p.id)))`.replaceAll(
          'p.id',
          `(SELECT provider_id FROM payer WHERE customer_id = $1)`,
        ),
        [customerId],
      );
      const told = { story, ledger: await amountsOf(here, customerId), ...found[0] };
      expect(told).toEqual({ story, ledger, charges, refunds });
      const { status, cancelAtPeriodEnd } = await findRecurring(here, await purchaseOf(customerId));
      const isEnding = story === 'a cancel at the end of the period';
      expect({ story, status, cancelAtPeriodEnd }).toEqual({
        ...{ story, status: story === 'a dispute' ? 'REFUNDED' : 'ACTIVE', cancelAtPeriodEnd: isEnding },
      });
    }
  });
});
