import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrim, type TestBrim } from '../support/brim.ts';
import {
  activeOf,
  answerPage,
  attach,
  balanceOf,
  cancelPurchase,
  createCustomer,
  createFeature,
  createPlan,
  prepaid,
  track,
  untilStatus,
  wanting,
} from '../support/shop.ts';
import { runs, seed } from './seed.ts';

const DAY_MS = 86_400_000;
const WEEK = 7;

/**
 * Base plans of one group: what each includes, of which week it is, and whether more can be bought
 * with it.
 */
const PLANS = {
  gift: { included: 30, days: null, sells: false },
  weekly: { included: 10, days: WEEK, sells: false },
  seller: { included: 20, days: WEEK, sells: true },
} as const;
type PlanId = keyof typeof PLANS;
const PLAN_IDS = ['gift', 'weekly', 'seller'] as const;

type Step =
  | { readonly verb: 'attach'; readonly plan: PlanId }
  | { readonly verb: 'buy'; readonly packs: number }
  | { readonly verb: 'cancel' }
  | { readonly verb: 'track'; readonly value: number }
  | { readonly verb: 'wait'; readonly days: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ verb: fc.constant('attach' as const), plan: fc.constantFrom(...PLAN_IDS) }) },
  { weight: 1, arbitrary: fc.record({ verb: fc.constant('buy' as const), packs: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 2, arbitrary: fc.record({ verb: fc.constant('cancel' as const) }) },
  { weight: 4, arbitrary: fc.record({ verb: fc.constant('track' as const), value: fc.integer({ min: 1, max: 25 }) }) },
  { weight: 2, arbitrary: fc.record({ verb: fc.constant('wait' as const), days: fc.integer({ min: 1, max: 9 }) }) },
);

/** What a customer ever had of a plan. */
interface Had {
  readonly since: number;
  used: number;
  /** The period in which so much was used. */
  period: number;
}

/** The few rules, once more and in the simplest way: days for time, whole numbers for amounts. */
function openModel() {
  const had = new Map<PlanId, Had>();
  let held: PlanId | null = null;
  let bought = 0;
  let boughtEver = 0;
  const now = (day: number) => {
    for (const [id, each] of had) {
      const { days } = PLANS[id];
      const period = days === null ? 0 : Math.floor((day - each.since) / days);
      if (period !== each.period) Object.assign(each, { used: 0, period });
    }
  };
  const left = () => (held === null ? 0 : PLANS[held].included - (had.get(held)?.used ?? 0));
  const take = (plan: PlanId, day: number) => {
    held = plan;
    if (!had.has(plan)) had.set(plan, { since: day, used: 0, period: 0 });
  };
  return {
    now,
    /** @returns whether it is taken. */
    attach(plan: PlanId, day: number): boolean {
      if (held === plan) return false;
      take(plan, day);
      return true;
    },
    buy(packs: number, day: number) {
      if (held !== 'seller') take('seller', day);
      bought += packs * 10;
      boughtEver += packs * 10;
    },
    cancel() {
      held = null;
    },
    /** @returns what fitted. */
    track(value: number): number {
      const ofPlan = Math.min(value, left());
      const one = held === null ? undefined : had.get(held);
      if (one) one.used += ofPlan;
      const ofBought = Math.min(value - ofPlan, bought);
      bought -= ofBought;
      return ofPlan + ofBought;
    },
    held: () => held,
    told: () => ({
      remaining: String(left() + bought),
      granted: String((held === null ? 0 : PLANS[held].included) + boughtEver),
    }),
  };
}

let brim: TestBrim;
let day = 0;
const START_MS = Date.UTC(2027, 0, 1, 12);
beforeAll(async () => {
  brim = await openBrim({ clock: { now: () => new Date(START_MS + day * DAY_MS) } });
  await createFeature(brim, 'words');
  for (const [id, { included, days, sells }] of Object.entries(PLANS)) {
    const item = { featureId: 'words', included: String(included) };
    const reset = days === null ? {} : { reset: { unit: 'DAY', count: days } };
    await createPlan(brim, { id, items: [{ ...item, ...reset, ...(sells ? { price: prepaid('1', '10') } : {}) }] });
  }
});
afterAll(() => brim.close());

async function run(customerId: string, model: ReturnType<typeof openModel>, asked: Step): Promise<void> {
  switch (asked.verb) {
    case 'attach': {
      const expected = model.attach(asked.plan, day) ? 'AttachPlanSuccess' : 'PlanAlreadyAttachedError';
      expect(await attach(brim, { customerId, planId: asked.plan })).toMatchObject({ __typename: expected });
      return;
    }
    case 'buy': {
      const quantity = String(PLANS.seller.included + asked.packs * 10);
      const { purchase, checkoutUrl } = await attach(brim, {
        customerId,
        planId: 'seller',
        featureQuantities: wanting(quantity, 'words'),
      });
      expect(purchase.total).toEqual({ amount: String(asked.packs), currency: 'usd' });
      await answerPage(checkoutUrl);
      await untilStatus(brim, purchase.id, 'ACTIVE');
      return model.buy(asked.packs, day);
    }
    case 'cancel': {
      const held = model.held();
      // Of the purchases of a plan that sells, only one holds it: canceling those that bought more
      // takes nothing.
      if (held) for (const id of await activeOf(brim, customerId, held)) await cancelPurchase(brim, id, 'NOW');
      return model.cancel();
    }
    case 'track': {
      const { applied } = await track(brim, { customerId, featureId: 'words', value: asked.value });
      return expect(applied).toBe(String(model.track(asked.value)));
    }
    case 'wait':
      day += asked.days;
      return model.now(day);
  }
}

let customers = 0;
test(`plans go on where they were left, after any order of attaching, buying, canceling and using (seed ${seed})`, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 6, maxLength: 14 }), async (steps) => {
      customers += 1;
      const customerId = `c_${customers}`;
      await createCustomer(brim, customerId);
      const model = openModel();
      for (const asked of steps) {
        await run(customerId, model, asked);
        expect(await balanceOf(brim, customerId, 'words'), JSON.stringify(asked)).toMatchObject(model.told());
      }
    }),
    runs(8),
  );
});
