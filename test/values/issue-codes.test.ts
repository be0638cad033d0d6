import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { planTerms } from '../../src/catalog/plan-input.ts';
import * as schemas from '../../src/values/input.ts';
import { issuesOf } from './refusals.ts';

const codesOf = (schema: z.ZodType, value: unknown) => issuesOf(schema, value).map(({ code }) => code);

describe('the code of an issue', () => {
  it.each([
    ['a missing text', z.object({ name: z.string() }), {}, ['REQUIRED']],
    ['null for a text', z.string(), null, ['REQUIRED']],
    ['a number for a text', z.string(), 1, ['INVALID_FORMAT']],
    ['an unknown key', z.strictObject({}), { a: 1 }, ['NOT_ALLOWED']],
    ['a word that is not listed', z.enum(['A']), 'B', ['INVALID']],
    ['a list that is too long', z.array(z.string()).max(1), ['a', 'b'], ['TOO_LARGE']],
    ['a list that is too short', z.array(z.string()).min(1), [], ['TOO_SMALL']],
    ['an id with a space', schemas.id, 'a b', ['INVALID_FORMAT']],
    ['an empty text', () => schemas.text(3), ' ', ['REQUIRED']],
    ['a long text', () => schemas.text(3), 'long', ['TOO_LONG']],
    ['no email address', schemas.email, 'ada', ['INVALID_FORMAT']],
    ['an amount in words', schemas.positive, 'ten', ['INVALID_FORMAT']],
    ['an amount of zero', schemas.positive, '0', ['TOO_SMALL']],
    ['an amount that is too fine', schemas.positive, '0.0000000000001', ['INVALID_FORMAT']],
    ['an amount of 27 digits', schemas.decimal, '9'.repeat(27), ['TOO_LARGE']],
    ['money below zero', schemas.money, { amount: '-1', currency: 'usd' }, ['TOO_SMALL']],
    ['money of no currency', schemas.money, { amount: '1', currency: 'xyz' }, ['INVALID_FORMAT']],
    ['no interval at all', schemas.interval, { unit: 'DAY', count: 0 }, ['TOO_SMALL']],
    ['an interval of ages', schemas.interval, { unit: 'DAY', count: 1_001 }, ['TOO_LARGE']],
    ['a URL with a password', schemas.url, 'https://a:b@example.com', ['NOT_ALLOWED']],
    ['much JSON', schemas.jsonObject, { note: 'x'.repeat(16_385) }, ['TOO_LONG']],
  ])('of %s', (_, schema, value, codes) => {
    expect(codesOf(typeof schema === 'function' ? schema() : schema, value)).toEqual(codes);
  });

  it('is what the rules of a plan say, each at its place', () => {
    const price = { amount: { amount: '1', currency: 'usd' }, method: 'PREPAID' };
    const items = [
      { featureId: 'a', unlimited: true, included: '1' },
      { featureId: 'b', price },
      { featureId: 'b', price },
    ];
    const terms = { name: 'Pro', gracePeriod: { unit: 'DAY' }, items };
    expect(issuesOf(planTerms, { ...terms, items: items.slice(0, 1) })).toMatchObject([
      { path: ['items', '0', 'included'], code: 'NOT_ALLOWED' },
      { path: ['gracePeriod'], code: 'NOT_ALLOWED' },
    ]);
    expect(issuesOf(planTerms, { ...terms, items: items.slice(1) })).toMatchObject([
      { path: ['gracePeriod'], code: 'NOT_ALLOWED' },
      { path: ['items', '1', 'price'], code: 'DUPLICATE' },
    ]);
  });
});
