import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectError, expectIssue, type Fixture, openFixture, use } from './fixture.ts';

const MINUTE_MS = 60_000;
const inMinutes = (minutes: number) => new Date(Date.now() + minutes * MINUTE_MS).toISOString();
const YEARS = 'must be in the years 0001 to 9999, in UTC';

describe('an invalid instant', () => {
  let fixture: Fixture;

  beforeAll(async () => {
    fixture = await openFixture();
  });
  afterAll(() => fixture.close());

  it.each<[name: string, verb: string, change: () => Record<string, unknown>, field: string, says: string]>([
    [
      'a use six minutes ahead',
      'track',
      () => ({ occurredAt: inMinutes(6) }),
      'occurredAt',
      'must be at most 5 minutes ahead of now',
    ],
    ['a use in a far year', 'track', () => ({ occurredAt: '9999-12-31T23:59:59-23:59' }), 'occurredAt', YEARS],
    ['a use before any year', 'track', () => ({ occurredAt: '0000-06-01T00:00:00Z' }), 'occurredAt', YEARS],
    [
      'a use that its time zone moves before any year',
      'track',
      () => ({ occurredAt: '0001-01-01T00:00:00+01:00' }),
      'occurredAt',
      YEARS,
    ],
    ['a grant that ended', 'grantBalance', () => ({ amount: 1, expiresAt: inMinutes(-1) }), 'expiresAt', 'must be in the future'],
    [
      'a grant that ends now',
      'grantBalance',
      () => ({ amount: 1, expiresAt: inMinutes(0) }),
      'expiresAt',
      'must be in the future',
    ],
    [
      'a grant that ends after all years',
      'grantBalance',
      () => ({ amount: 1, expiresAt: '9999-12-31T23:59:59-00:01' }),
      'expiresAt',
      YEARS,
    ],
  ])('%s', async (_name, verb, change, field, says) => {
    expectIssue(await fixture.withoutWriting(() => fixture.send(verb, use(change()))), [field], says);
  });

  it.each([
    '2026-02-31T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-01-31T25:00:00Z',
    '2026-01-31',
    '2026-01-31T00:00:00',
    'tomorrow',
    '',
    1_767_225_600,
    '+010000-01-01T00:00:00Z',
  ])('%s is no instant', async (occurredAt) => {
    const document = 'mutation ($input: TrackInput!) { track(input: $input) { __typename } }';
    const answer = await fixture.withoutWriting(() => fixture.brim.query(document, { input: use({ occurredAt }) }));
    expectError(
      answer,
      'BAD_USER_INPUT',
      'DateTime must be an RFC 3339 instant with a time zone, such as "2026-01-31T00:00:00.000Z"',
    );
  });

  it('four minutes ahead, long ago and in another time zone are valid instants', async () => {
    for (const [occurredAt, shown] of [
      [inMinutes(4), expect.any(String)],
      ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
      ['2026-01-31T01:30:00+01:30', '2026-01-31T00:00:00.000Z'],
      ['2026-01-31t00:00:00.123456z', '2026-01-31T00:00:00.123Z'],
    ]) {
      const { track } = await fixture.brim.data(
        'mutation ($input: TrackInput!) { track(input: $input) { ... on TrackSuccess { entry { occurredAt } } ... on Error { message } } }',
        { input: use({ occurredAt }) },
      );
      expect(track).toEqual({ entry: { occurredAt: shown } });
    }
  });
});
