import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MESSAGES } from '../support/shop.ts';
import { expectError, expectIssue, type Fixture, openFixture, use } from './fixture.ts';

type Path = readonly (string | number)[];

const ODD = ['', ' ', 'a b', 'a\n', 'a\u0000b', '\ud800', 'a\u200b', 'x'.repeat(201)];
const ID = 'must be 1 to 200 visible characters';
const SECONDS = 'must be 1 to 2592000, which is 30 days';
const ONE_OF_TWO = 'must have exactly one of "remaining" and "by"';
const BAD_TEXT = 'must not contain NUL characters or broken Unicode';

const limit = (change: Record<string, unknown>) => use({ per: { unit: 'DAY' }, max: 1, ...change });
const hold = (change: Record<string, unknown>) => use({ amount: 1, ...change });

describe('an invalid hold or correction', () => {
  let fixture: Fixture;

  beforeAll(async () => {
    fixture = await openFixture();
    await fixture.send('createFeature', { id: 'sso', name: 'Single sign-on', type: 'BOOLEAN' });
  });
  afterAll(() => fixture.close());

  it.each<[verb: string, input: (id: string) => unknown, path: Path, says: string]>([
    ['placeHold', (customerId) => hold({ customerId }), ['customerId'], ID],
    ['placeHold', (featureId) => hold({ featureId }), ['featureId'], ID],
    ['settleHold', (holdId) => ({ holdId, amount: 1 }), ['holdId'], ID],
    ['releaseHold', (holdId) => ({ holdId }), ['holdId'], ID],
    ['reverseUsage', (entryId) => ({ entryId }), ['entryId'], 'is not an entry of this ledger'],
    ['reverseUsage', (customerId) => ({ entryId: `${customerId}:1` }), ['entryId'], 'is not an entry of this ledger'],
    ['adjustBalance', (customerId) => use({ customerId, by: 1 }), ['customerId'], ID],
    ['adjustBalance', (featureId) => use({ featureId, by: 1 }), ['featureId'], ID],
    ['voidGrant', (grantId) => ({ grantId }), ['grantId'], ID],
    ['setUsageLimit', (customerId) => limit({ customerId }), ['customerId'], ID],
    ['setUsageLimit', (featureId) => limit({ featureId }), ['featureId'], ID],
  ])('%# %s is refused, and the error names the id', async (verb, input, path, says) => {
    const refusals = await fixture.withoutWriting(() => Promise.all(ODD.map((id) => fixture.send(verb, input(id)))));
    for (const refusal of refusals) expectIssue(refusal, path, says);
  });

  it.each<[verb: string, input: unknown, path: Path, says: string]>([
    ['placeHold', hold({ amount: 0 }), ['amount'], 'must be above zero'],
    ['placeHold', hold({ amount: '-1' }), ['amount'], 'must be above zero'],
    ['placeHold', hold({ amount: '0.1234567890123' }), ['amount'], 'at most 12 decimal places'],
    ['placeHold', hold({ expiresInSeconds: 0 }), ['expiresInSeconds'], SECONDS],
    ['placeHold', hold({ expiresInSeconds: -5 }), ['expiresInSeconds'], SECONDS],
    ['placeHold', hold({ expiresInSeconds: 2_592_001 }), ['expiresInSeconds'], SECONDS],
    ['placeHold', hold({ idempotencyKey: '' }), ['idempotencyKey'], 'must be 1 to 200 printable characters'],
    ['placeHold', hold({ featureId: 'sso' }), ['featureId'], 'is a boolean feature: there is nothing to hold'],
    ['setUsageLimit', limit({ max: '-1' }), ['max'], 'must not be negative'],
    ['setUsageLimit', limit({ max: '0.1234567890123' }), ['max'], 'at most 12 decimal places'],
    ['setUsageLimit', limit({ per: { unit: 'DAY', count: 0 } }), ['per', 'count'], 'must be 1 to 1000'],
    ['setUsageLimit', limit({ per: { unit: 'DAY', count: -1 } }), ['per', 'count'], 'must be 1 to 1000'],
    ['setUsageLimit', limit({ per: { unit: 'YEAR', count: 2 } }), ['per'], 'must be at most a year'],
    ['setUsageLimit', limit({ featureId: 'sso' }), ['featureId'], 'is a boolean feature: there is nothing to limit'],
    ['removeUsageLimit', { id: 'payer/words/1_DAY/pur_1' }, ['id'], 'is set by the plan of the purchase pur_1'],
    ['settleHold', { holdId: 'ho_1', amount: '-0.1' }, ['amount'], 'must not be negative'],
    ['settleHold', { holdId: 'ho_1', amount: 1, properties: { note: '\u0000' } }, ['properties'], BAD_TEXT],
    ['reverseUsage', { entryId: 'payer:1', amount: 0 }, ['amount'], 'must be above zero'],
    ['reverseUsage', { entryId: 'payer:1', amount: '-1' }, ['amount'], 'must be above zero'],
    ['reverseUsage', { entryId: 'payer:1', reason: ' ' }, ['reason'], 'must not be empty'],
    ['reverseUsage', { entryId: 'payer:1', idempotencyKey: '\n' }, ['idempotencyKey'], 'printable characters'],
    ['reverseUsage', { entryId: 'payer:1' }, ['entryId'], 'is a GRANT: only a USAGE or a SETTLE'],
    ['adjustBalance', use({}), [], ONE_OF_TWO],
    ['adjustBalance', use({ by: null, remaining: null }), [], ONE_OF_TWO],
    ['adjustBalance', use({ by: 1, remaining: 1 }), [], ONE_OF_TWO],
    ['adjustBalance', use({ by: 0 }), ['by'], 'must not be zero'],
    ['adjustBalance', use({ by: '-0' }), ['by'], 'must not be zero'],
    ['adjustBalance', use({ by: '-11' }), ['by'], 'must be at least -10'],
    ['adjustBalance', use({ remaining: '-1' }), ['remaining'], 'must not be negative'],
    ['adjustBalance', use({ by: '9'.repeat(26) }), ['by'], 'would grow beyond 26 digits'],
    ['adjustBalance', use({ by: 1, featureId: 'sso' }), ['featureId'], 'is a boolean feature: it has no balance'],
    ['adjustBalance', use({ by: 1, reason: 'x'.repeat(501) }), ['reason'], 'must have at most 500 characters'],
    ['voidGrant', { grantId: 'gr_1', reason: '\ud800' }, ['reason'], BAD_TEXT],
  ])('%# %s is refused, and the error names the field', async (verb, input, path, says) => {
    const refusal = await fixture.withoutWriting(() => fixture.send(verb, input));
    if (path.length > 0) expectIssue(refusal, path, says);
    else expect(refusal).toMatchObject({ __typename: 'InvalidInputError', issues: [{ path: [], message: says }] });
  });

  it.each<[verb: string, input: unknown, __typename: string, says: string]>([
    ['placeHold', hold({ customerId: 'nobody' }), 'CustomerNotFoundError', '"nobody"'],
    ['placeHold', hold({ featureId: 'nothing' }), 'FeatureNotFoundError', '"nothing"'],
    ['settleHold', { holdId: 'ho_nothing', amount: 1 }, 'HoldNotFoundError', '"ho_nothing"'],
    ['releaseHold', { holdId: 'ho_nothing' }, 'HoldNotFoundError', '"ho_nothing"'],
    ['adjustBalance', use({ by: 1, customerId: 'nobody' }), 'CustomerNotFoundError', '"nobody"'],
    ['adjustBalance', use({ by: 1, featureId: 'nothing' }), 'FeatureNotFoundError', '"nothing"'],
    ['voidGrant', { grantId: 'gr_nothing' }, 'GrantNotFoundError', '"gr_nothing"'],
    ['setUsageLimit', limit({ customerId: 'nobody' }), 'CustomerNotFoundError', '"nobody"'],
    ['setUsageLimit', limit({ featureId: 'nothing' }), 'FeatureNotFoundError', '"nothing"'],
    ...[
      '',
      'payer',
      'payer/words/1_DAY',
      'nobody/words/1_DAY',
      'payer/words/0_DAY',
      '%/words/1_DAY',
      'payer//1_DAY',
      '\u0000/w/1_DAY',
    ].map((id): [string, unknown, string, string] => ['removeUsageLimit', { id }, 'UsageLimitNotFoundError', JSON.stringify(id)]),
  ])('%# %s says which id is unknown', async (verb, input, __typename, says) => {
    expect(await fixture.withoutWriting(() => fixture.send(verb, input))).toEqual({
      __typename,
      message: expect.stringContaining(says),
    });
  });

  it('an amount or a time that is no number prevents the execution of the operation', async () => {
    const place = (fields: string) =>
      fixture.brim.query(
        `mutation { placeHold(input: { customerId: "payer", featureId: "${MESSAGES}", ${fields} }) { __typename } }`,
      );
    expectError(await fixture.withoutWriting(() => place('amount: "much"')), 'BAD_USER_INPUT', 'must be a decimal numeral');
    const long = await fixture.withoutWriting(() => place('amount: 1, expiresInSeconds: 1.5'));
    expectError(long, 'GRAPHQL_VALIDATION_FAILED', 'Int cannot represent non-integer value');
  });

  it('{ hold(id: $id) } finds nothing, and does not affect concurrent requests', async () => {
    const ask = (id: string) =>
      fixture.brim.data('query ($id: ID!) { found: hold(id: $id) { id } good: customer(id: "payer") { id } }', { id });
    for (const answer of await Promise.all(ODD.map(ask))) expect(answer).toEqual({ found: null, good: { id: 'payer' } });
  });

  it('a hold without a given time lasts five minutes', async () => {
    const { placeHold } = await fixture.brim.data(
      'mutation ($input: PlaceHoldInput!) { placeHold(input: $input) { ... on PlaceHoldSuccess { hold { createdAt expiresAt } } } }',
      { input: hold({ expiresInSeconds: null }) },
    );
    const seconds = (Date.parse(placeHold.hold.expiresAt) - Date.parse(placeHold.hold.createdAt)) / 1_000;
    expect(Math.round(seconds / 10)).toBe(30);
  });
});
