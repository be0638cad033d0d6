import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer } from '../support/brim.ts';
import { createCustomer, createPlan, MESSAGES, prepaid, track, wanting } from '../support/shop.ts';
import { expectError, expectIssue, type Fixture, openFixture, use } from './fixture.ts';

const NUMERAL = 'must be a decimal numeral such as "10" or "0.25", without an exponent';
const MOST = '9'.repeat(26);

/**
 * Texts that are no decimal numeral, so that the operation is not executed. Written as in GraphQL;
 * as JSON where that differs.
 */
const NOT_A_NUMERAL: [literal: string, json?: string][] = [
  ['NaN', '"NaN"'],
  ['Infinity', '"-Infinity"'],
  ['1e400'],
  ['-1E400'],
  ['"1e2"'],
  ['"1e400"'],
  ['""'],
  ['" 1"'],
  ['".5"'],
  ['"1,000"'],
  ['"0x10"'],
  ['"١٢"'],
  ['true'],
  ['[1]'],
  ['{ amount: 1 }', '{"amount":1}'],
];

/** Numerals that are no valid amount: the error names the field. */
const NOT_AN_AMOUNT: [name: string, written: string, says: string][] = [
  ['below zero', '-1', 'must be above zero'],
  ['hardly below zero', '"-0.000000000001"', 'must be above zero'],
  ['zero', '0', 'must be above zero'],
  ['minus zero', '"-0"', 'must be above zero'],
  ['a number that is rounded to nothing', '0.0000000000001', 'is 0 once it is rounded to 12 decimal places'],
  ['a number that is rounded to nothing, with an exponent', '-1e-13', 'must be above zero'],
  ['of 13 decimals, as a string', '"1.0000000000001"', 'must have at most 12 decimal places'],
  ['of 27 digits', `"1${'0'.repeat(26)}"`, 'must have at most 26 digits before the point'],
  ['of 5,000 digits', `"${'9'.repeat(5_000)}"`, 'must have at most 26 digits before the point'],
];

describe('an invalid amount', () => {
  let fixture: Fixture;

  beforeAll(async () => {
    fixture = await openFixture();
    await createPlan(fixture.brim, {
      id: 'huge',
      addOn: true,
      items: [{ featureId: MESSAGES, price: prepaid('1', `9${'0'.repeat(25)}`) }],
    });
    await createCustomer(fixture.brim, 'brink');
    await track(fixture.brim, { customerId: 'brink', value: MOST, onShortfall: 'OVERDRAW' });
  });
  afterAll(() => fixture.close());

  const SELECTION = '{ __typename ... on Error { message } ... on InvalidInputError { issues { path code message } } }';

  const asLiteral = (literal: string): Promise<Answer> =>
    fixture.brim.query(
      `mutation { track(input: { customerId: "payer", featureId: "${MESSAGES}", value: ${literal} }) ${SELECTION} }`,
    );

  /** The JSON is written by hand, because JSON.stringify never writes 1e400. */
  const asVariable = async (json: string): Promise<Answer> => {
    const query = `mutation ($value: Decimal) { track(input: { customerId: "payer", featureId: "${MESSAGES}", value: $value }) ${SELECTION} }`;
    return (await fixture.post(`{"query":${JSON.stringify(query)},"variables":{"value":${json}}}`)).answer;
  };

  it.each(NOT_A_NUMERAL)('%s is no numeral, written into the document', async (literal) => {
    expectError(await fixture.withoutWriting(() => asLiteral(literal)), 'BAD_USER_INPUT', NUMERAL);
  });

  it.each(NOT_A_NUMERAL)('%s is no numeral, as a variable', async (literal, json = literal) => {
    expectError(await fixture.withoutWriting(() => asVariable(json)), 'BAD_USER_INPUT', NUMERAL);
  });

  it.each(NOT_AN_AMOUNT)('what is %s is no amount, written into the document or as a variable', async (_name, written, says) => {
    for (const send of [asLiteral, asVariable]) {
      const { data } = await fixture.withoutWriting(() => send(written));
      expectIssue(data.track, ['value'], says);
    }
  });

  it.each<[verb: string, input: (amount: string) => unknown, path: (string | number)[], amount: string, says: string]>([
    ['grantBalance', (amount) => use({ amount }), ['amount'], '0', 'must be above zero'],
    ['grantBalance', (amount) => use({ amount }), ['amount'], '-5', 'must be above zero'],
    [
      'grantBalance',
      (amount) => use({ amount }),
      ['amount'],
      '0.1234567890123',
      'at most 12 decimal places: "0.123456789012" would be taken',
    ],
    [
      'attachPlan',
      (amount) => ({ customerId: 'payer', planId: 'top_up', featureQuantities: wanting(amount) }),
      ['featureQuantities', 0, 'quantity'],
      '-1',
      'must not be negative',
    ],
    [
      'attachPlan',
      (amount) => ({ customerId: 'payer', planId: 'top_up', featureQuantities: wanting(amount) }),
      ['featureQuantities', 0, 'quantity'],
      MOST,
      'must be at most 999999 times 100 at once',
    ],
    [
      'attachPlan',
      (amount) => ({ customerId: 'payer', planId: 'huge', featureQuantities: wanting(amount) }),
      ['featureQuantities', 0, 'quantity'],
      MOST,
      'at most 26 digits before the point',
    ],
  ])('%# %s is refused, and the error names the field', async (verb, input, path, amount, says) => {
    expectIssue(await fixture.withoutWriting(() => fixture.send(verb, input(amount))), path, says);
  });

  it.each([
    ['check', `check(input: { customerId: "payer", featureId: "${MESSAGES}", required: 0 })`, 'required: must be above zero'],
    ['check', `check(input: { customerId: "payer", featureId: "${MESSAGES}", required: "-1" })`, 'required: must be above zero'],
    [
      'previewAttach',
      `previewAttach(input: { customerId: "payer", planId: "top_up", featureQuantities: [{ featureId: "${MESSAGES}", quantity: -1 }] })`,
      'featureQuantities.0.quantity: must not be negative',
    ],
  ])('%# %s is an error that names the field', async (_name, field, says) => {
    const answer = await fixture.withoutWriting(() => fixture.brim.query(`{ ${field} { __typename } }`));
    expectError(answer, 'INVALID_INPUT', says);
  });

  it.each([
    ['track', { customerId: 'brink', featureId: MESSAGES, value: MOST, onShortfall: 'OVERDRAW' }, 'value'],
    ['grantBalance', { customerId: 'payer', featureId: MESSAGES, amount: MOST }, 'amount'],
  ])(
    '%s of an amount that takes a balance beyond 26 digits is refused alone, and names the field',
    async (verb, input, field) => {
      const refusal = await fixture.withoutWriting(() => fixture.send(verb, input));
      expectIssue(refusal, [field], 'would grow beyond 26 digits before the point');
      expect(await fixture.send('track', use({ value: '0.000000000001' }))).toMatchObject({ __typename: 'TrackSuccess' });
    },
  );
});
