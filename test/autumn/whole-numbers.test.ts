/**
 * Whole numbers that no column holds, wherever a verb of this wire takes one: a refusal or an
 * answer, and never a surprise.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postRaw } from '../support/autumn.ts';
import type { TestBrim } from '../support/brim.ts';
import { createCustomer, MESSAGES, openShop } from '../support/shop.ts';

/** Numerals as JSON has them; the edges of 16, 32, 53 and 64 bits, and beyond all of them. */
const NUMERALS = [
  ...['0', '-1', '-0', '32768', '2147483647', '2147483648', '-2147483648', '-2147483649', '4294967296', '9007199254740991'],
  ...['9007199254740992', '9223372036854775807', '9223372036854775808', '-9223372036854775809', '1e3', '1e21', '1e400', '-1e400'],
  ...[
    '0.5',
    '1.0',
    '8640000000000000',
    '8640000000000001',
    '-8640000000000001',
    '253402300800000',
    '123456789012345678901234567890',
  ],
];

const PLAN = `"plan_id": "numbers", "name": "Numbers"`;
const ITEM = `"feature_id": "${MESSAGES}", "included": 1`;
/** Each place where a verb takes a whole number, with `#` in its stead. */
const PLACES: readonly (readonly [verb: string, body: string])[] = [
  ['plans.get', '{"plan_id": "free", "version": #}'],
  ['plans.create', `{${PLAN}, "items": [{${ITEM}, "reset": {"interval": "month", "interval_count": #}}]}`],
  [
    'plans.create',
    `{${PLAN}, "items": [{${ITEM}, "reset": {"interval": "month"}, "rollover": {"max_percentage": #, "expiry_duration_type": "month"}}]}`,
  ],
  [
    'plans.create',
    `{${PLAN}, "items": [{${ITEM}, "reset": {"interval": "month"}, "rollover": {"max": 1, "expiry_duration_type": "month", "expiry_duration_length": #}}]}`,
  ],
  ['plans.create', `{${PLAN}, "items": [{${ITEM}, "expiry": {"duration": "month", "length": #}}]}`],
  ['customers.list', '{"limit": #}'],
  ['events.list', '{"customer_id": "ada", "limit": #}'],
  [
    'events.aggregate',
    `{"customer_id": "ada", "feature_id": "${MESSAGES}", "bin_size": "day", "custom_range": {"start": #, "end": 1800000000000}}`,
  ],
  [
    'events.aggregate',
    `{"customer_id": "ada", "feature_id": "${MESSAGES}", "bin_size": "day", "custom_range": {"start": 0, "end": #}}`,
  ],
  ['balances.create', `{"customer_id": "ada", "feature_id": "${MESSAGES}", "included_grant": 1, "expires_at": #}`],
  ['balances.track', `{"customer_id": "ada", "feature_id": "${MESSAGES}", "value": 1, "timestamp": #}`],
  ['balances.track', `{"customer_id": "ada", "feature_id": "${MESSAGES}", "value": #}`],
  ['balances.check', `{"customer_id": "ada", "feature_id": "${MESSAGES}", "required_balance": #}`],
  [
    'balances.check',
    `{"customer_id": "ada", "feature_id": "${MESSAGES}", "required_balance": 1, "lock": {"enabled": true, "lock_id": "k", "expires_at": #}}`,
  ],
  [
    'billing.attach',
    `{"customer_id": "ada", "plan_id": "top_up", "feature_quantities": [{"feature_id": "${MESSAGES}", "quantity": #}]}`,
  ],
  [
    'billing.preview_attach',
    `{"customer_id": "ada", "plan_id": "top_up", "feature_quantities": [{"feature_id": "${MESSAGES}", "quantity": #}]}`,
  ],
];

describe('a whole number that no column holds', () => {
  let brim: TestBrim;

  beforeAll(async () => {
    brim = await openShop();
    await createCustomer(brim, 'ada');
  });
  afterAll(() => brim.close());

  it.each(PLACES)('is refused or answered by %s %s', async (verb, body) => {
    for (const numeral of NUMERALS) {
      const answer = await postRaw(brim, verb, body.replace('#', numeral));
      const text = await answer.text();
      expect(answer.status, `${numeral}: ${text}`).toBeLessThan(500);
      expect(text, 'the verb and its field are there').not.toMatch(/is not supported by Brim|ROUTE_NOT_FOUND|route_not_found/);
    }
  });

  it('is the version of no plan', async () => {
    for (const version of ['2147483648', '0', '-1', '9007199254740991']) {
      const answer = await postRaw(brim, 'plans.get', `{"plan_id": "free", "version": ${version}}`);
      expect([version, answer.status]).toEqual([version, 404]);
    }
    expect((await postRaw(brim, 'plans.get', '{"plan_id": "free", "version": 1}')).status).toBe(200);
  });
});
