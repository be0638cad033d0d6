/**
 * Types that lead back to each other, with lists in between: few bytes that ask for more than a
 * process can hold.
 */
import { beforeAll, expect, it } from 'vitest';
import { patience } from '../support/deadlines.ts';
import { track } from '../support/shop.ts';
import { type AttackedShop, answersOf, FEATURE, openAttackedShop } from './fixture.ts';

let shop: AttackedShop;
beforeAll(async () => {
  shop = await openAttackedShop();
});

const circles = (count: number) => `{viewer{${'balances{customer{'.repeat(count)}id${'}}'.repeat(count)}}}`;
const THRICE = [1, 2, 3];

it('three requests of 112 bytes, balances within balances', { timeout: patience(240_000) }, async () => {
  const token = await shop.attacker('circles');
  expect(circles(5)).toHaveLength(112);
  const answers = await shop.during(() =>
    answersOf(
      shop,
      THRICE.map(() => circles(5)),
      token,
    ),
  );
  expect(answers).toEqual(THRICE.map(() => 'QUERY_TOO_COMPLEX'));
});

it('three requests that promise less than they hold: 20 balances where ten are usual', {
  timeout: patience(240_000),
}, async () => {
  const token = await shop.attacker('fewer_circles');
  const answers = await shop.during(() =>
    answersOf(
      shop,
      THRICE.map(() => circles(4)),
      token,
    ),
  );
  // A machine that is busy with something else ends them by time.
  for (const answer of answers) expect(answer).toMatch(/^(QUERY_TOO_COMPLEX|TIMED_OUT)$/);
});

const usages = Array.from(
  { length: 50 },
  (_, index) =>
    `u${index}:usage(featureId:"${FEATURE}",from:"2026-01-01T00:00:00Z",to:"2026-02-11T00:00:00Z",bucket:HOUR){start}`,
).join(' ');

it('three requests of some kilobytes, usage beneath each entry of the ledger', { timeout: patience(240_000) }, async () => {
  const token = await shop.attacker('ledger');
  await Promise.all(Array.from({ length: 110 }, () => track(shop, { customerId: 'ledger', featureId: FEATURE })));
  const query = `{viewer{ledger(first:100){nodes{allocations{grant{purchase{customer{${usages}}}}}}}}}`;
  const answers = await shop.during(() =>
    answersOf(
      shop,
      THRICE.map(() => query),
      token,
    ),
  );
  expect(answers).toEqual(THRICE.map(() => 'QUERY_TOO_COMPLEX'));
});
