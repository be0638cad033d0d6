/**
 * What becomes of balances that top themselves up is what a model of ninety lines says, whatever is
 * set, used, held and granted, however the bank answers, and whenever that is. The sandbox charges.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestBrim } from '../support/brim.ts';
import { patience } from '../support/deadlines.ts';
import { isLong } from '../support/long.ts';
import { saveCard, stripeOf, withCard } from '../support/shop/saved-cards.ts';
import { sandboxOf } from '../support/shop/top-ups.ts';
import { autoTopUpOf, balanceOf, grant, MESSAGES, openShop, placeHold, setAutoTopUp, track } from '../support/shop.ts';
import { openSql, type Sql, until } from '../support/witness.ts';
import { runs, seed } from './seed.ts';
import { type Model, openModel, PACK, PRICE, packsAt, type Setting } from './top-ups-model.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Then a hold lapses. */
const HOLD_HOURS = 6;

/** From 8 o'clock of tomorrow on, and what the test adds: no test takes until midnight. */
const MIDNIGHT_MS = Math.ceil(Date.now() / DAY_MS) * DAY_MS;
let hour = 8;
const begunAt = Date.now();
const clock = { now: () => new Date(MIDNIGHT_MS + hour * HOUR_MS + Date.now() - begunAt) };
const monthOf = (each: number) => {
  const date = new Date(MIDNIGHT_MS + each * HOUR_MS);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
};

let brim: TestBrim;
let sql: Sql;
beforeAll(async () => {
  brim = await openShop({ clock });
  sql = await openSql(brim.databaseUrl);
});
afterAll(async () => {
  await sql?.close();
  await brim?.close();
});

type Act =
  | { readonly act: 'use' | 'overdraw' | 'hold' | 'grant'; readonly amount: number }
  | { readonly act: 'burst'; readonly uses: number }
  | { readonly act: 'set'; readonly setting: Setting | null }
  | { readonly act: 'decline'; readonly times: number }
  | { readonly act: 'newCard' | 'drain' };

const amount = fc.integer({ min: 1, max: 150 });
/** Valid ones: an empty balance can be brought above the threshold within the bound. */
const setting = fc
  .record({
    threshold: fc.nat(250),
    packs: fc.integer({ min: 1, max: 3 }),
    topUps: fc.integer({ min: 1, max: 14 }),
    more: fc.nat(9),
  })
  .map(({ threshold, packs, topUps, more }): Setting => {
    const least = packsAt({ threshold, packs, maxPerMonth: 0 }, 0) * PRICE;
    return { threshold, packs, maxPerMonth: least * topUps + more };
  });
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ act: fc.constantFrom('use' as const, 'hold' as const, 'grant' as const), amount }) },
  { weight: 5, arbitrary: fc.constant({ act: 'drain' as const }) },
  {
    weight: 1,
    arbitrary: fc.record({ act: fc.constant('overdraw' as const), amount: fc.integer({ min: 200, max: 900 }) }),
  },
  { weight: 3, arbitrary: fc.record({ act: fc.constant('burst' as const), uses: fc.integer({ min: 2, max: 12 }) }) },
  { weight: 2, arbitrary: fc.record({ act: fc.constant('decline' as const), times: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 1, arbitrary: fc.constant({ act: 'newCard' as const }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('set' as const), setting: fc.option(setting, { freq: 3 }) }) },
);

/** What each of four customers does at once, and how many hours pass before. */
const CUSTOMERS = 4;
const turn = fc.record({
  hours: fc.oneof(
    { weight: 6, arbitrary: fc.constant(0) },
    { weight: 3, arbitrary: fc.constantFrom(1, 6, DAY_MS / HOUR_MS, 240) },
  ),
  acts: fc.tuple(...Array.from({ length: CUSTOMERS }, () => act)),
});
const world = fc.record({
  settings: fc.tuple(...Array.from({ length: CUSTOMERS }, () => setting)),
  turns: fc.array(turn, { minLength: 6, maxLength: 14 }),
});

interface Life {
  readonly customerId: string;
  readonly payer: string;
  readonly model: Model;
  cards: number;
}

const cards = () => ({ brim, stripe: stripeOf(brim), sql });

async function begin(customerId: string): Promise<Life> {
  const payer = await withCard(cards(), customerId);
  return { customerId, payer, model: openModel(10, monthOf), cards: 0 };
}

async function lower({ customerId, model }: Life, units: number) {
  await track(brim, { customerId, value: String(units), onShortfall: 'OVERDRAW' });
  model.was.remaining -= units;
}

async function perform(life: Life, asked: Act): Promise<void> {
  const { customerId, payer, model } = life;
  switch (asked.act) {
    case 'use':
    case 'overdraw':
      return lower(life, asked.amount);
    case 'drain':
      return lower(life, Math.max(model.was.remaining, 1));
    case 'burst': {
      const each = Math.floor(model.burst() / asked.uses);
      if (each > 0) await Promise.all(Array.from({ length: asked.uses }, () => lower(life, each)));
      return;
    }
    case 'hold': {
      const expiresInSeconds = (HOLD_HOURS * HOUR_MS) / 1_000;
      const input = { customerId, featureId: MESSAGES, amount: String(asked.amount), expiresInSeconds };
      if ((await placeHold(brim, input)).__typename === 'PlaceHoldSuccess') model.hold(asked.amount, hour + HOLD_HOURS);
      return;
    }
    case 'grant':
      await grant(brim, { customerId, amount: String(asked.amount) });
      model.was.remaining += asked.amount;
      return;
    case 'decline':
      await sandboxOf(brim).declineNext({ customer: payer, declineCode: 'insufficient_funds', times: asked.times });
      model.was.declining += asked.times;
      return;
    case 'newCard':
      life.cards += 1;
      await saveCard(cards(), customerId, life.cards % 2 === 0 ? 'pm_card_visa' : 'pm_card_mastercard');
      return model.newCard();
    case 'set':
      return set(life, asked.setting);
  }
}

async function set({ customerId, model }: Life, wanted: Setting | null) {
  const { threshold, packs, maxPerMonth } = wanted ?? { threshold: 0, packs: 1, maxPerMonth: PRICE };
  const payload = await setAutoTopUp(brim, {
    ...{ customerId, enabled: wanted !== null, threshold: String(threshold), quantity: String(packs * PACK) },
    maxPerMonth: { amount: String(maxPerMonth), currency: 'usd' },
  });
  expect(payload).toMatchObject({ __typename: 'SetAutoTopUpSuccess' });
  model.set(wanted);
}

/** Waits until nothing is charged, and nothing is due. */
function settled(): Promise<void> {
  return until(async () => {
    const due = `SELECT customer_id FROM auto_top_up_intent WHERE status = 'OPEN' AND (begun_at IS NOT NULL OR due_at <= $1)`;
    expect(await sql.rows(due, [clock.now()])).toEqual([]);
  });
}

/** What the ledger has of a customer: all of it added up, and what was bought automatically. */
async function ledgerOf(customerId: string) {
  const rows = await sql.rows<{ amount: number; isBought: boolean }>(
    `SELECT e.amount::float8, coalesce(p.automatic, false) AS "isBought"
     FROM ledger_entry e LEFT JOIN purchase p ON p.id = e.purchase_id WHERE e.customer_id = $1 ORDER BY e.sequence`,
    [customerId],
  );
  const bought = rows.filter(({ isBought }) => isBought).map(({ amount }) => amount);
  return { addedUp: rows.reduce((sum, { amount }) => sum + amount, 0), bought };
}

/** What Stripe has of a payer's charges, the oldest first. */
async function chargesOf(payer: string): Promise<readonly string[]> {
  const rows = await sql.rows<{ status: string }>(
    `SELECT body ->> 'status' AS status FROM stripe_sandbox.object
     WHERE kind = 'payment_intent' AND body ->> 'customer' = $1 ORDER BY sequence`,
    [payer],
  );
  return rows.map(({ status }) => status);
}

async function told({ customerId, payer }: Life) {
  const { remaining } = await balanceOf(brim, customerId);
  const topUp = await autoTopUpOf(brim, customerId);
  const next = topUp.nextAttemptAt;
  return {
    ...{ remaining: Number(remaining), ...(await ledgerOf(customerId)), charges: await chargesOf(payer) },
    spent: Number(topUp.spentThisMonth.amount),
    status: topUp.status === 'DISABLED' ? 'OFF' : topUp.status,
    nextHour: next === null ? null : Math.floor((Date.parse(next) - MIDNIGHT_MS) / HOUR_MS),
  };
}

let worlds = 0;
test(
  `balances top themselves up as the model says: whole packs, one charge at a time, within the bounds (BRIM_SEED=${seed})`,
  async () => {
    await fc.assert(
      fc.asyncProperty(world, async ({ settings, turns }) => {
        worlds += 1;
        const lives = await Promise.all(settings.map((_, index) => begin(`w${worlds}_${index}`)));
        const look = async () => {
          await settled();
          for (const { model } of lives) model.look(hour);
          const all = await Promise.all(lives.map(told));
          expect(all).toEqual(lives.map(({ model }) => model.told(hour)));
        };
        await Promise.all(lives.map((life, index) => set(life, settings[index] ?? null)));
        await look();
        for (const { hours, acts } of turns) {
          hour += hours;
          if (hours > 0) await look();
          await Promise.all(lives.map((life, index) => perform(life, acts[index] ?? { act: 'drain' })));
          await look();
        }
      }),
      // A smaller counterexample would be found too late: each world takes seconds.
      { ...runs(3), endOnFailure: true },
    );
  },
  patience(isLong ? 900_000 : 90_000),
);
