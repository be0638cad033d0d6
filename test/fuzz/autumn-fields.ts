/** The fields of each verb of /v1, and what each may be given. */
import fc from 'fast-check';
import { EDGES, WRONG } from './hostile.ts';
import { KNOWN } from './values.ts';

type Model = Readonly<Record<string, fc.Arbitrary<unknown>>>;

/** A number as JSON has it, which JavaScript could not write: see `withNumerals`. */
const numeral = (text: string) => `№${text}`;
const NUMERALS = [
  '1e400',
  '-1e400',
  '1e-400',
  '0.1e1',
  '1E+2',
  '-0',
  '-0.0',
  '123456789012345678901234567890',
  '0.0000000000005',
  '1e15',
];

export function withNumerals(text: string): string {
  return text.replace(/"№([^"]*)"/g, '$1');
}

/** What is usual, now and then an edge, seldom nothing of the kind. */
function mostly(usual: readonly unknown[], edges: readonly unknown[] = []): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 100, arbitrary: fc.constantFrom(...usual) },
    { weight: 20, arbitrary: fc.constantFrom(...(edges.length > 0 ? edges : WRONG)) },
    { weight: 2, arbitrary: fc.constantFrom(...WRONG) },
  );
}

const texts = EDGES['String'] ?? [];
const numbers = [...(EDGES['Int'] ?? []), ...NUMERALS.map(numeral)];
const known = (name: string) => mostly(KNOWN[name] ?? ['x'], texts);
const words = (...usual: readonly string[]) => mostly(usual, texts);
const flag = mostly([true, false]);
const amount = mostly([1, 2.5, 10, 0.1], numbers);
const whole = mostly([1, 2, 20], numbers);
const instant = mostly(
  [1_769_860_800_000, 1_800_000_000_000, 4_000_000_000_000],
  [...numbers, 253_402_300_799_999, 8_640_000_000_000_000],
);
const facts = mostly([{ a: 'b' }, { a: 1 }], EDGES['JSONObject']);

/** With a few of the fields, or with all. */
function object(required: Model, optional: Model = {}): fc.Arbitrary<unknown> {
  const all = { ...required, ...optional };
  const names = Object.keys(optional);
  const sparse = fc
    .tuple(fc.record(all), fc.subarray(names, { maxLength: Math.min(2, names.length) }))
    .map(([whole, beside]) =>
      Object.fromEntries(Object.entries(whole).filter(([name]) => name in required || beside.includes(name))),
    );
  return fc.oneof(
    { weight: 100, arbitrary: sparse },
    { weight: 40, arbitrary: fc.record(all, { requiredKeys: [] }) },
    { weight: 2, arbitrary: fc.constantFrom(...WRONG) },
  );
}
const list = (one: fc.Arbitrary<unknown>) =>
  fc.oneof(
    { weight: 100, arbitrary: fc.array(one, { maxLength: 3 }) },
    { weight: 1, arbitrary: one.map((each) => Array(1_100).fill(each)) },
  );

const customer_id = known('customerId');
const feature_id = known('featureId');
const plan_id = known('planId');
const intervals = { interval: words('month', 'day', 'one_off'), interval_count: whole };
const cursor = mostly(KNOWN['after'] ?? [], texts);
const lock_id = words('lock-1', 'lock-2');
const price = object({ amount }, intervals);
const tier = object({ to: mostly([100, 'inf'], numbers) }, { amount, flat_amount: amount });
const itemPrice = object(
  { billing_method: words('prepaid', 'usage_based'), amount, interval: words('one_off') },
  { tiers: list(tier), tier_behavior: words('graduated', 'volume'), ...intervals, billing_units: amount, max_purchase: amount },
);
const rollover = object(
  { expiry_duration_type: words('month', 'forever') },
  { max: amount, max_percentage: whole, expiry_duration_length: whole },
);
const item = object(
  { feature_id },
  {
    ...{ included: amount, unlimited: flag, reset: object(intervals), price: itemPrice, rollover },
    expiry: object({ duration: words('month'), length: whole }),
  },
);
const planTerms = {
  description: words('Words'),
  group: words('g'),
  add_on: flag,
  auto_enable: flag,
  price,
  create_in_stripe: flag,
};
const use = object(
  { customer_id, feature_id },
  { value: amount, properties: facts, timestamp: instant, overage_behavior: words('cap', 'overflow', 'reject'), async: flag },
);
const orderFields = {
  feature_quantities: list(object({ feature_id, quantity: amount })),
  redirect_mode: words('always', 'if_required', 'never'),
  success_url: known('successUrl'),
  metadata: facts,
};
const newId = (...ids: readonly string[]) => mostly(ids, texts);

export const VERBS: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  'balances.track': use,
  'balances.batch_track': list(use),
  'balances.create': object({ customer_id, feature_id, included_grant: amount }, { expires_at: instant }),
  'balances.update': object({ customer_id, feature_id }, { remaining: amount, add_to_balance: amount }),
  'balances.check': object(
    { customer_id, feature_id },
    {
      ...{ required_balance: amount, send_event: flag, properties: facts },
      lock: object({ lock_id, enabled: flag }, { expires_at: instant, overage_behavior: words('reject') }),
    },
  ),
  'balances.finalize': object({ lock_id, action: words('confirm', 'release') }, { override_value: amount, properties: facts }),
  'billing.attach': object({ customer_id, plan_id }, orderFields),
  'billing.preview_attach': object({ customer_id, plan_id }, orderFields),
  'billing.update': object(
    { customer_id, plan_id, cancel_action: words('cancel_end_of_cycle', 'uncancel', 'cancel_immediately') },
    { redirect_mode: words('if_required'), subscription_id: words('pur_unknown') },
  ),
  'billing.open_customer_portal': object({
    customer_id,
    return_url: words('https://app.example/account', 'javascript:alert(1)'),
  }),
  'billing.setup_payment': object({
    customer_id,
    success_url: words('https://app.example/account', 'javascript:alert(1)'),
  }),
  'invoices.list': object({ customer_id }, { start_cursor: cursor, limit: whole }),
  'customers.get_or_create': object(
    { customer_id: newId('new-1', 'new-2', 'ada') },
    { name: words('Ada'), email: known('email'), metadata: facts, expand: list(words('purchases.plan', 'balances.feature')) },
  ),
  'customers.get': object({ customer_id }, { expand: list(words('subscriptions.plan')) }),
  'customers.update': object({ customer_id }, { name: words('Ada'), email: known('email'), metadata: facts }),
  'customers.list': object({}, { start_cursor: cursor, limit: whole, search: words('a', '%'), sort_order: words('desc', 'asc') }),
  'events.list': object({ customer_id }, { feature_id: mostly(['seats', ['seats']], texts), start_cursor: cursor, limit: whole }),
  'events.aggregate': object(
    { customer_id, feature_id: mostly(['premium_messages', ['seats', 'credits']], texts) },
    {
      ...{ range: words('24h', '7d', '30d', '90d'), custom_range: object({ start: instant, end: instant }) },
      bin_size: words('hour', 'day', 'week', 'month'),
    },
  ),
  'features.list': object({}, {}),
  'features.get': object({ feature_id }),
  'features.create': object(
    { feature_id: newId('made-1', 'made-2'), name: words('Made'), type: words('metered', 'boolean', 'credit_system') },
    {
      consumable: flag,
      credit_schema: list(object({ metered_feature_id: feature_id, credit_cost: amount }, { billing_units: whole })),
    },
  ),
  'plans.list': object({}, { customer_id, include_archived: flag }),
  'plans.get': object({ plan_id }, { version: whole }),
  'plans.create': object({ plan_id: newId('plan-1', 'plan-2', 'plan-3'), name: words('Plan'), items: list(item) }, planTerms),
  'plans.update': object(
    { plan_id: newId('plan-1', 'plan-2') },
    { name: words('Plan'), items: list(item), archived: flag, ...planTerms },
  ),
};
