import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { type Database, openDatabase } from '../../../src/database/database.ts';
import type { Effect } from '../../../src/ledger/effect.ts';
import { endPurchasesEffect } from '../../../src/purchases/end/end-effect.ts';
import { scheduleEndsEffect } from '../../../src/purchases/end/schedule-end.ts';
import { PURCHASE_TRANSITIONS, type PurchaseEvent, statusAfter } from '../../../src/purchases/model/transitions.ts';
import { PURCHASE_STATUSES, type PurchaseStatus } from '../../../src/purchases/model/types.ts';
import { activatePurchasesEffect } from '../../../src/purchases/reconcile/activate-paid.ts';
import { paymentOf } from '../../../src/purchases/renewals/invoice-payment.ts';
import { pastDueEffect } from '../../../src/purchases/renewals/past-due.ts';
import { renewPurchasesEffect } from '../../../src/purchases/renewals/renew-effect.ts';
import * as checkouts from '../../../src/purchases/tables/checkouts.ts';
import { cancelUnpaid } from '../../../src/purchases/tables/ends.ts';
import * as renewals from '../../../src/purchases/tables/renewals.ts';
import { keepUnsettled } from '../../../src/purchases/tables/unsettled.ts';
import * as returns from '../../../src/purchases/tables/write-returns.ts';
import { type FreshDatabase, freshDatabase } from '../../support/postgres.ts';

/** What each event makes of each status; a dot: the event is refused. */
const EXPECTED = grid(`
                   PENDING   ACTIVE    FAILED    EXPIRED   CANCELED  REFUNDED  PAST_DUE
  activate         ACTIVE    .         ACTIVE    ACTIVE    ACTIVE    .         .
  fail             FAILED    .         .         .         .         .         .
  keepUnsettled    PENDING   .         PENDING   PENDING   PENDING   .         .
  expire           EXPIRED   .         .         .         .         .         .
  cancelUnpaid     CANCELED  .         .         CANCELED  .         .         .
  end              .         CANCELED  .         .         .         .         CANCELED
  scheduleEnd      .         ACTIVE    .         .         .         .         .
  setEnd           .         ACTIVE    .         .         .         .         PAST_DUE
  renew            .         ACTIVE    .         .         .         .         PAST_DUE
  pastDue          .         PAST_DUE  .         .         .         .         .
  recover          .         .         .         .         .         .         ACTIVE
  storeCheckout    PENDING   .         .         .         .         .         .
  replaceCheckout  PENDING   .         FAILED    EXPIRED   CANCELED  .         .
  refund           REFUNDED  REFUNDED  .         .         REFUNDED  .         .
  reinstate        .         .         .         .         .         ACTIVE    .
  reinstateEnded   .         .         .         .         .         CANCELED  .
  reinstateUnsettled .       .         .         .         .         PENDING   .
`);

const NOW = new Date('2026-11-01T12:00:00.000Z');
const LATER = new Date('2026-12-01T12:00:00.000Z');
const renewed = (id: string) => ({
  id,
  subscriptionId: `sub_${id}`,
  period: { start: NOW, end: LATER },
  payment: paymentOf(
    `pay_${id}`,
    { id, customerId: 'ada' },
    {
      ...{ id: `in_${id}`, purchaseId: id, status: 'paid', paid: USD, due: USD, chargeId: null, invoiceUrl: null },
      ...{ lines: [], createdAt: NOW, paidAt: NOW, attempts: 1 },
    },
    { openedIn: { account: null, live: false } },
    null,
    NOW,
  ),
});
const USD = { amount: 10n, currency: 'usd' };
const CHECKOUT = {
  id: 'cs_new',
  url: 'https://pay.example/cs_new',
  purchaseId: null,
  subtotal: { amount: 0n, currency: 'usd' },
  discount: { amount: 0n, currency: 'usd' },
  total: { amount: 0n, currency: 'usd' },
  charge: null,
  state: { status: 'open' },
  subscriptionId: null,
  openedIn: { account: 'acct_1', live: false },
} as const;

const UNENDING = { cancelAtPeriodEnd: false, endsAt: null };

/** The statements that carry out each event. */
const STATEMENTS: Readonly<
  Record<PurchaseEvent, Readonly<Record<string, (database: Database, id: string) => Promise<unknown>>>>
> = {
  activate: { activatePurchasesEffect: (database, id) => apply(database, activatePurchasesEffect, { id }) },
  fail: { endUnpaid: ({ client }, id) => checkouts.endUnpaid(client, id, 'fail', 'the card was declined') },
  keepUnsettled: { keepUnsettled: ({ client }, id) => keepUnsettled(client, id, '9 usd was paid where 10 usd was asked') },
  expire: {
    endUnpaid: ({ client }, id) => checkouts.endUnpaid(client, id, 'expire', null),
    expireMissing: ({ client }, id) => checkouts.expireMissing(client, id, 'the provider does not have it'),
  },
  cancelUnpaid: { cancelUnpaid: ({ client }, id) => cancelUnpaid(client, id, NOW) },
  end: { endPurchasesEffect: (database, id) => apply(database, endPurchasesEffect, id) },
  scheduleEnd: { scheduleEndsEffect: (database, id) => apply(database, scheduleEndsEffect, { id, at: LATER }) },
  setEnd: { setEnd: ({ client }, id) => renewals.setEnd(client, { id, ...UNENDING }, LATER, new Date()) },
  renew: { renewPurchasesEffect: (database, id) => apply(database, renewPurchasesEffect, renewed(id)) },
  pastDue: {
    pastDueEffect: (database, id) => apply(database, pastDueEffect, { id, since: NOW, graceEndsAt: LATER }),
    markPastDue: ({ client }, id) => renewals.markPastDue(client, id, NOW, null),
  },
  recover: { recover: ({ client }, id) => renewals.recover(client, id) },
  storeCheckout: { storeCheckout: ({ client }, id) => checkouts.storeCheckout(client, id, CHECKOUT, false) },
  replaceCheckout: { replaceCheckout: ({ client }, id) => checkouts.replaceCheckout(client, id, 'cs_new') },
  refund: { refundPurchases: (database, id) => database.transaction((open) => returns.refundPurchases(open, [id], NOW)) },
  reinstate: { reinstatePurchases: (database, id) => reinstate(database, id, 'reinstate') },
  reinstateEnded: { reinstatePurchases: (database, id) => reinstate(database, id, 'reinstateEnded') },
  reinstateUnsettled: { reinstatePurchases: (database, id) => reinstate(database, id, 'reinstateUnsettled') },
};

/** What subscribers see, although the status stays. */
const SEEN: ReadonlySet<string> = new Set(['keepUnsettled', 'setEnd', 'renewPurchasesEffect']);

const PAIRS = Object.entries(EXPECTED).flatMap(([event, row]) =>
  PURCHASE_STATUSES.map((status) => ({ event: event as PurchaseEvent, status, next: row[status] })),
);
const RUNS = PAIRS.flatMap((pair) => Object.entries(STATEMENTS[pair.event]).map(([name, run]) => ({ ...pair, name, run })));

test('the grid of this test names every event', () => {
  expect(Object.keys(EXPECTED).sort()).toEqual(Object.keys(PURCHASE_TRANSITIONS).sort());
});

describe('the table of transitions', () => {
  it.each(PAIRS)('$event of a $status purchase gives $next', ({ event, status, next }) => {
    expect(statusAfter(status, event)).toBe(next);
  });
});

describe('the statements', () => {
  let fresh: FreshDatabase;
  let database: Database;
  let sql: pg.Client;
  beforeAll(async () => {
    fresh = await freshDatabase();
    database = openDatabase({ url: fresh.url });
    sql = new pg.Client({ connectionString: fresh.url });
    await sql.connect();
  });
  afterAll(async () => {
    await sql.end();
    await database.close();
    await fresh.drop();
  });

  let count = 0;
  async function insert(status: PurchaseStatus, columns: Readonly<Record<string, unknown>> = {}): Promise<string> {
    count += 1;
    const row = {
      ...{ id: `pur_${count}`, customer_id: `customer_${count}`, plan_id: 'top_up', plan_version: 1, status, revision: 4 },
      ...{ quantities: '[]', checkout_url: 'https://pay.example/cs_old', created_at: NOW, next_check_at: null },
      ...columns,
    };
    const names = Object.keys(row);
    await sql.query(
      `INSERT INTO purchase (${names.join(', ')}) VALUES (${names.map((_, index) => `$${index + 1}`).join(', ')})`,
      Object.values(row),
    );
    return row.id;
  }
  const find = async (id: string) =>
    (await sql.query('SELECT to_jsonb(p) AS row FROM purchase p WHERE id = $1', [id])).rows[0].row;

  const legal = RUNS.filter(({ next }) => next !== undefined);
  it.each(legal)('$name, for $event: a $status purchase becomes $next', async ({ name, status, next, run }) => {
    const id = await insert(status);
    const before = await find(id);
    await run(database, id);
    const after = await find(id);
    expect(after).toMatchObject({ status: next, revision: next === status && !SEEN.has(name) ? 4 : 5 });
    expect(after).not.toEqual(before);
  });

  const illegal = RUNS.filter(({ next }) => next === undefined);
  it.each(illegal)('$name, for $event: a $status purchase stays as it was', async ({ status, run }) => {
    const id = await insert(status);
    const before = await find(id);
    const outcome = await run(database, id);
    expect(await find(id)).toEqual(before);
    expect([undefined, false, 'done']).toContain(outcome);
  });

  it.each([
    ['activate', 'CANCELED', { settled_at: NOW }, 'a purchase is activated once'],
    ['keepUnsettled', 'CANCELED', { settled_at: NOW }, 'what was granted is settled'],
    ['replaceCheckout', 'CANCELED', { settled_at: NOW }, 'what was paid keeps its page'],
    ['cancelUnpaid', 'PENDING', { processing: true }, 'a delayed payment is processing'],
    ['scheduleEnd', 'ACTIVE', { ends_at: NOW }, 'its end is set already'],
    ['storeCheckout', 'PENDING', { checkout_id: 'cs_old' }, 'another page was stored first'],
  ] as const)('%s leaves a %s purchase with %o as it was: %s', async (event, status, columns, _reason) => {
    const id = await insert(status, columns);
    const before = await find(id);
    for (const run of Object.values(STATEMENTS[event])) await run(database, id);
    expect(await find(id)).toEqual(before);
  });

  it.each(['fail', 'expire'] as const)('%s of an EXPIRED purchase only stops the checks', async (event) => {
    const id = await insert('EXPIRED', { next_check_at: LATER });
    const before = await find(id);
    await STATEMENTS[event].endUnpaid?.(database, id);
    expect(await find(id)).toEqual({ ...before, next_check_at: null });
  });
});

function reinstate(database: Database, id: string, event: returns.Reinstatement): Promise<void> {
  return database.transaction((open) => returns.reinstatePurchases(open, [id], event, PURCHASE_TRANSITIONS[event].REFUNDED));
}

async function apply<Input>(database: Database, effect: Effect<Input>, input: Input): Promise<unknown> {
  return database.transaction(async (transaction) => (await effect.apply(transaction, [input], NOW))[0]);
}

function grid(text: string): Readonly<Record<string, Partial<Record<string, PurchaseStatus>>>> {
  const [statuses = [], ...rows] = text
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
  const isStatus = (word: string | undefined): word is PurchaseStatus => PURCHASE_STATUSES.some((status) => status === word);
  return Object.fromEntries(
    rows.map(([event = '', ...cells]) => [
      event,
      Object.fromEntries(statuses.flatMap((status, index) => (isStatus(cells[index]) ? [[status, cells[index]]] : []))),
    ]),
  );
}
