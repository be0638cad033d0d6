import { describe, expect, test } from 'vitest';
import type { Plan } from '../../../src/catalog/types.ts';
import { itemOf, purchaseOf, quote } from '../../../src/purchases/quote/quote.ts';
import { decimal, formatDecimal } from '../../../src/values/decimal.ts';
import { InvalidInputError } from '../../../src/values/errors.ts';
import { formatMoney } from '../../../src/values/money.ts';
import { costing, per, planOf } from '../plans.ts';

type Wanted = Record<string, string>;
const list = (wanted: Wanted) =>
  Object.entries(wanted).map(([featureId, quantity]) => ({ featureId, quantity: decimal(quantity) }));
const quoteOf = (plan: Plan, wanted: Wanted) => quote(plan, list(wanted), (id) => `The ${id}`);

/** A quote as text. */
function textOf(plan: Plan, wanted: Wanted) {
  const { total, lines, quantities } = quoteOf(plan, wanted);
  return {
    total: total && formatMoney(total),
    lines: lines.map(
      ({ quantity, units, unitAmount, amount }) =>
        `${formatDecimal(quantity)}: ${units} × ${formatMoney(unitAmount)} = ${formatMoney(amount)}`,
    ),
    gives: quantities.map(
      ({ featureId, included, bought }) => `${featureId} ${formatDecimal(included)} + ${formatDecimal(bought)}`,
    ),
  };
}

const TOP_UP = planOf({ messages: per('10', '100') });

describe('a quote', () => {
  test.each<[string, Plan, Wanted, ReturnType<typeof textOf>]>([
    [
      'O1: a base price and 100 at $10 per 100 are $20',
      planOf({ messages: per('10', '100') }, costing('10')),
      { messages: '100' },
      { total: '20 usd', lines: ['1: 1 × 10 usd = 10 usd', '100: 1 × 10 usd = 10 usd'], gives: ['messages 0 + 100'] },
    ],
    [
      'O3: of 300 wanted 100 are included, so 200 are paid for',
      planOf({ messages: { included: '100', ...per('10', '100') } }, costing('10')),
      { messages: '300' },
      { total: '30 usd', lines: ['1: 1 × 10 usd = 10 usd', '200: 2 × 10 usd = 20 usd'], gives: ['messages 100 + 200'] },
    ],
    ['O9: none wanted cost nothing', TOP_UP, { messages: '0' }, { total: null, lines: [], gives: ['messages 0 + 0'] }],
    [
      'O11: 150 are bought as 200, in whole packs',
      TOP_UP,
      { messages: '150' },
      { total: '20 usd', lines: ['200: 2 × 10 usd = 20 usd'], gives: ['messages 0 + 200'] },
    ],
    [
      'O15: 500 in packs of 250 at $8',
      planOf({ messages: per('8', '250') }),
      { messages: '500' },
      { total: '16 usd', lines: ['500: 2 × 8 usd = 16 usd'], gives: ['messages 0 + 500'] },
    ],
    [
      'O15: then 750',
      planOf({ messages: per('8', '250') }),
      { messages: '750' },
      { total: '24 usd', lines: ['750: 3 × 8 usd = 24 usd'], gives: ['messages 0 + 750'] },
    ],
    [
      'O20: without a quantity nothing is bought, and what is included is given',
      planOf({ messages: { included: '100', ...per('10', '100') } }),
      {},
      { total: null, lines: [], gives: ['messages 100 + 0'] },
    ],
    [
      'less than is included is what is included',
      planOf({ messages: { included: '100', ...per('10', '100') } }),
      { messages: '30' },
      { total: null, lines: [], gives: ['messages 100 + 0'] },
    ],
    [
      'a trillionth more than a pack is two packs',
      TOP_UP,
      { messages: '100.000000000001' },
      { total: '20 usd', lines: ['200: 2 × 10 usd = 20 usd'], gives: ['messages 0 + 200'] },
    ],
    [
      'packs of fractions, cents exactly',
      planOf({ credits: per('0.07', '0.3') }),
      { credits: '1' },
      { total: '0.28 usd', lines: ['1.2: 4 × 0.07 usd = 0.28 usd'], gives: ['credits 0 + 1.2'] },
    ],
    [
      'a price of nothing is no line, and is given all the same',
      planOf({ messages: per('0', '100') }),
      { messages: '100' },
      { total: null, lines: [], gives: ['messages 0 + 100'] },
    ],
    [
      'two features, each with its own price',
      planOf({ messages: per('10', '100'), stickers: per('1', '5') }),
      { stickers: '5', messages: '100' },
      {
        total: '11 usd',
        lines: ['100: 1 × 10 usd = 10 usd', '5: 1 × 1 usd = 1 usd'],
        gives: ['messages 0 + 100', 'stickers 0 + 5'],
      },
    ],
    [
      'a plan of its own price only',
      planOf({ messages: { included: '10' } }, costing('5')),
      {},
      { total: '5 usd', lines: ['1: 1 × 5 usd = 5 usd'], gives: ['messages 10 + 0'] },
    ],
    [
      'what is unlimited, and what is only named, has no amount',
      planOf({ all: { unlimited: true }, named: {} }),
      {},
      { total: null, lines: [], gives: [] },
    ],
  ])('%s', (_, plan, wanted, expected) => {
    expect(textOf(plan, wanted)).toEqual(expected);
  });

  test('O19: a plan is refused whose included units are not whole packs', () => {
    expect(() => planOf({ messages: { included: '50', ...per('10', '100') } })).toThrow(
      'items.0.included: must be a whole multiple',
    );
  });

  test('names the feature on each line', () => {
    const plan = planOf({ messages: per('10', '100') }, { ...costing('10'), name: 'Starter' });
    expect(quoteOf(plan, { messages: '100' }).lines.map(({ description }) => description)).toEqual([
      'Starter',
      'The messages, 100 at a time',
    ]);
  });
});

describe('a price with tiers', () => {
  const usd = (amount: string) => ({ amount, currency: 'usd' });
  const TIERS = [
    { upTo: '500', amount: usd('10'), flatAmount: usd('5') },
    { upTo: '1000', amount: usd('8') },
    { amount: usd('0'), flatAmount: usd('0') },
  ];
  const graduated = planOf({ messages: { included: '100', ...per('7', '100', { tiers: TIERS }) } }, costing('2'));
  const volume = planOf({ messages: per('7', '100', { tiers: TIERS, tierMode: 'VOLUME' }) });

  test.each<[string, Plan, Wanted, ReturnType<typeof textOf>]>([
    [
      'is charged over what is purchased: what is included fills no tier',
      graduated,
      { messages: '600' },
      {
        total: '57 usd',
        lines: ['1: 1 × 2 usd = 2 usd', '500: 5 × 10 usd = 50 usd', '1: 1 × 5 usd = 5 usd'],
        gives: ['messages 100 + 500'],
      },
    ],
    [
      'has a line for each tier that is reached, by whole packs; what costs nothing is no line',
      graduated,
      { messages: '1250' },
      {
        total: '97 usd',
        lines: ['1: 1 × 2 usd = 2 usd', '500: 5 × 10 usd = 50 usd', '1: 1 × 5 usd = 5 usd', '500: 5 × 8 usd = 40 usd'],
        gives: ['messages 100 + 1200'],
      },
    ],
    [
      'charges no flat amount where nothing is purchased',
      graduated,
      { messages: '100' },
      { total: '2 usd', lines: ['1: 1 × 2 usd = 2 usd'], gives: ['messages 100 + 0'] },
    ],
    [
      'by volume is one price for all of it',
      volume,
      { messages: '550' },
      { total: '48 usd', lines: ['600: 6 × 8 usd = 48 usd'], gives: ['messages 0 + 600'] },
    ],
    [
      'by volume has the flat amount of its own tier',
      volume,
      { messages: '500' },
      {
        total: '55 usd',
        lines: ['500: 5 × 10 usd = 50 usd', '1: 1 × 5 usd = 5 usd'],
        gives: ['messages 0 + 500'],
      },
    ],
    [
      'that falls into a tier of nothing costs nothing, and is given',
      volume,
      { messages: '1100' },
      { total: null, lines: [], gives: ['messages 0 + 1100'] },
    ],
  ])('%s', (_, plan, wanted, expected) => {
    expect(textOf(plan, wanted)).toEqual(expected);
  });

  test('charges whole yen', () => {
    const yen = (amount: string) => ({ amount, currency: 'jpy' });
    const tiers = [
      { upTo: '10', amount: yen('100') },
      { amount: yen('75'), flatAmount: yen('30') },
    ];
    const plan = planOf({ stamps: { price: { amount: yen('0'), method: 'PREPAID', tiers } } });
    expect(textOf(plan, { stamps: '12.5' })).toEqual({
      total: '1255 jpy',
      lines: ['10: 10 × 100 jpy = 1000 jpy', '3: 3 × 75 jpy = 225 jpy', '1: 1 × 30 jpy = 30 jpy'],
      gives: ['stamps 0 + 13'],
    });
  });

  test('names on each line the units that it charges', () => {
    const tiers = [
      { upTo: '500', amount: usd('10') },
      { upTo: '1000', amount: usd('8'), flatAmount: usd('3') },
    ];
    const descriptionsOf = (facts: object) =>
      quoteOf(planOf({ messages: per('7', '100', { tiers, ...facts }) }), { messages: '1100' }).lines.map(
        (line) => line.description,
      );
    expect(descriptionsOf({})).toEqual([
      'The messages, 100 at a time, up to 500',
      'The messages, 100 at a time, beyond 500 up to 1000',
      'The messages, flat fee, beyond 500 up to 1000',
      'The messages, 100 at a time, beyond 1000',
    ]);
    expect(descriptionsOf({ tierMode: 'VOLUME' })).toEqual(['The messages, 100 at a time']);
  });
});

describe('a quote refuses, with the path,', () => {
  const refusalOf = (plan: Plan, wanted: readonly { featureId: string; quantity: bigint }[]) => {
    try {
      return quote(plan, wanted, (id) => id);
    } catch (error) {
      return error instanceof InvalidInputError ? error.issues : error;
    }
  };
  const wanting = (featureId: string, quantity: string) => ({ featureId, quantity: decimal(quantity) });

  test('a feature for which the plan has no price', () => {
    const plan = planOf({ messages: { included: '10' }, stickers: per('1', '1') });
    const message = 'must be a feature that the plan "plan" has a price for';
    expect(refusalOf(plan, [wanting('stickers', '1'), wanting('messages', '20'), wanting('unknown', '1')])).toMatchObject([
      { path: ['featureQuantities', '1', 'featureId'], message },
      { path: ['featureQuantities', '2', 'featureId'], message },
    ]);
  });

  test('a feature that is named twice, at its second place', () => {
    expect(refusalOf(TOP_UP, [wanting('messages', '100'), wanting('messages', '100')])).toMatchObject([
      { path: ['featureQuantities', '1', 'featureId'], message: 'must be named once' },
    ]);
  });

  test('more units than one purchase may buy, counted after rounding to packs', () => {
    const plan = planOf({ messages: { included: '100', ...per('10', '100', { maxPurchase: '250' }) } });
    expect(quoteOf(plan, { messages: '300' }).quantities).toMatchObject([{ bought: decimal('200') }]);
    const exactly = planOf({ messages: per('10', '100', { maxPurchase: '200' }) });
    expect(quoteOf(exactly, { messages: '200' }).quantities).toMatchObject([{ bought: decimal('200') }]);
    expect(refusalOf(plan, [wanting('messages', '301')])).toMatchObject([
      { path: ['featureQuantities', '0', 'quantity'], message: 'must buy at most 250 at once; this would buy 300' },
    ]);
  });

  test('more than a balance can contain, counted after rounding to packs', () => {
    const half = `6${'0'.repeat(25)}`;
    const plan = planOf({ messages: per('10', half) });
    expect(quoteOf(plan, { messages: half }).quantities).toMatchObject([{ bought: decimal(half) }]);
    expect(refusalOf(plan, [wanting('messages', `7${'0'.repeat(25)}`)])).toMatchObject([
      { path: ['featureQuantities', '0', 'quantity'], message: 'must come to at most 26 digits before the point' },
    ]);
  });

  test('more packs than a payment page can ask for', () => {
    expect(quoteOf(TOP_UP, { messages: '99999900' }).lines).toMatchObject([{ units: 999_999n }]);
    expect(refusalOf(TOP_UP, [wanting('messages', '99999901')])).toMatchObject([
      { path: ['featureQuantities', '0', 'quantity'], message: 'must be at most 999999 times 100 at once' },
    ]);
  });
});

test('a quantity is rounded up to whole packs beyond what is included', () => {
  expect(purchaseOf(itemOf(TOP_UP, 'messages'), decimal('150'))).toEqual({ units: 2n, quantity: decimal('200') });
  expect(purchaseOf(itemOf(TOP_UP, 'stickers'), decimal('150'))).toEqual({ units: 0n, quantity: 0n });
});
