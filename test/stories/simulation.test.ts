/**
 * 200 days of three customers in some seconds, 400 in the long run: plans that reset and roll over,
 * top-ups that expire, holds that lapse, a plan that is canceled and another that comes back. The
 * same seed gives the same ledger, byte for byte; everything random, time included, is injected.
 */
import { expect, test } from 'vitest';
import type { Ids } from '../../src/values/ids.ts';
import { openBrim, type TestBrim } from '../support/brim.ts';
import { runOn } from '../support/database-url.ts';
import { patience } from '../support/deadlines.ts';
import { isLong } from '../support/long.ts';
import {
  answerPage,
  attach,
  createCustomer,
  createFeature,
  createPlan,
  prepaid,
  track,
  untilStatus,
  wanting,
} from '../support/shop.ts';

const START = new Date('2026-01-31T00:00:00.000Z');
const DAYS = isLong ? 400 : 200;
/** The customers do something every so many days. */
const EVERY_DAYS = 10;
const CUSTOMERS = ['ada', 'bob', 'eve'] as const;
const MONTHLY = { unit: 'MONTH' };

/**
 * Numbers that look random and are the same for the same seed (a linear congruential generator).
 */
function seededRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function countingIds(): Ids {
  let count = 0;
  return {
    next(noun) {
      count += 1;
      return `${noun}_${String(count).padStart(6, '0')}`;
    },
  };
}

async function openMarket(brim: TestBrim): Promise<void> {
  await createFeature(brim, 'words');
  await brim.data(
    `mutation { createFeature(input: { id: "credits", name: "Credits", type: CREDIT_SYSTEM, creditCosts: [{ featureId: "words", cost: "0.3" }] }) { __typename } }`,
  );
  await createPlan(brim, {
    id: 'basic',
    autoEnable: true,
    items: [
      { featureId: 'words', included: '40', reset: MONTHLY, rollover: { max: '60', expiresAfter: { unit: 'MONTH', count: 2 } } },
    ],
  });
  await createPlan(brim, {
    id: 'daily',
    items: [{ featureId: 'words', included: '9', reset: { unit: 'DAY' }, rollover: { maxPercentage: 50 } }],
  });
  await createPlan(brim, {
    id: 'credits',
    addOn: true,
    items: [{ featureId: 'credits', price: prepaid('5', '10'), expiresAfter: { unit: 'DAY', count: 45 } }],
  });
}

/**
 * One customer's five days: mostly some use, now and then a purchase, a hold that nobody settles,
 * or another plan.
 */
async function live(brim: TestBrim, customerId: string, random: (below: number) => number): Promise<void> {
  const value = `${1 + random(12)}.${random(1_000)}`;
  await track(brim, { customerId, featureId: 'words', value, onShortfall: random(20) === 0 ? 'OVERDRAW' : 'CAP' });
  const event = random(30);
  if (event === 0) {
    const wanted = { customerId, planId: 'credits', featureQuantities: wanting('10', 'credits') };
    const { purchase, checkoutUrl } = await attach(brim, wanted);
    await answerPage(checkoutUrl);
    await untilStatus(brim, purchase.id, 'ACTIVE');
  } else if (event === 1) {
    await attach(brim, { customerId, planId: 'daily' });
  } else if (event < 4) {
    await brim.data(`mutation ($input: PlaceHoldInput!) { placeHold(input: $input) { __typename } }`, {
      input: { customerId, featureId: 'words', amount: '3', expiresInSeconds: 86_400 + random(86_400) },
    });
  } else if (event < 6) {
    const { customer } = await brim.data(
      'query ($id: ID!) { customer(id: $id) { purchases(status: ACTIVE) { nodes { id plan { addOn } } } } }',
      { id: customerId },
    );
    const base = customer.purchases.nodes.find(({ plan }: { plan: { addOn: boolean } }) => !plan.addOn);
    // Who canceled the plan that is attached by itself has none.
    if (!base) return;
    await brim.data(
      'mutation ($purchaseId: ID!) { cancelPurchase(input: { purchaseId: $purchaseId, when: PERIOD_END }) { __typename } }',
      { purchaseId: base.id },
    );
  }
}

/**
 * Time goes on by these days, again and again: what is due within them happens at its own instant
 * all the same.
 */
async function simulate(
  seed: number,
  steps: readonly number[],
): Promise<{ readonly ledger: string; readonly kinds: ReadonlySet<string> }> {
  const brim = await openBrim({ config: { testClocks: true }, clock: { now: () => START }, ids: countingIds() });
  try {
    await openMarket(brim);
    for (const id of CUSTOMERS) await createCustomer(brim, id);
    const random = seededRandom(seed);
    for (let day = 0; day < DAYS; day += EVERY_DAYS) {
      for (const customerId of CUSTOMERS) await live(brim, customerId, random);
      for (const days of steps) {
        await brim.data(
          `mutation { advanceClock(input: { by: { unit: DAY, count: ${days} } }) { ... on AdvanceClockSuccess { now } } }`,
        );
      }
    }
    const rows = await runOn(
      brim.databaseUrl,
      // Ids of requests are random, and customers move side by side.
      `SELECT (to_jsonb(e) - 'made_by' - 'position')::text AS line, kind::text FROM ledger_entry e ORDER BY customer_id, sequence`,
    );
    return {
      ledger: rows.map(({ line }) => line).join('\n'),
      kinds: new Set(rows.map(({ kind }) => String(kind))),
    };
  } finally {
    await brim.close();
  }
}

test(`${DAYS} days give the same ledger for the same seed, byte for byte, in short steps and in long ones`, {
  timeout: patience(300_000),
}, async () => {
  const [first, second] = await Promise.all([simulate(7, [4, 6]), simulate(7, [EVERY_DAYS])]);
  expect(second.ledger).toBe(first.ledger);
  expect([...first.kinds].toSorted()).toEqual([
    'ADJUSTMENT',
    'EXPIRY',
    'GRANT',
    'HOLD',
    'RELEASE',
    'RESET',
    'ROLLOVER',
    'USAGE',
    'VOID',
  ]);
});
