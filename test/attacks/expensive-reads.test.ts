/** Reads of one customer that look through much of the database, at once. */
import pg from 'pg';
import { beforeAll, expect, it } from 'vitest';
import { patience } from '../support/deadlines.ts';
import { isLong } from '../support/long.ts';
import { type AttackedShop, answersOf, FEATURES, openAttackedShop } from './fixture.ts';

/** So many years of use in every hour, of every feature. */
const YEARS = isLong ? 3 : 1;
const HOURS = YEARS * 365 * 24;
const TEN = Array.from({ length: 10 }, (_, index) => index);

let shop: AttackedShop;
let token: string;
beforeAll(async () => {
  shop = await openAttackedShop();
  token = await shop.attacker('busy');
  const client = new pg.Client({ connectionString: shop.databaseUrl });
  await client.connect();
  await client.query(
    `INSERT INTO usage_hour (customer_id, feature_id, hour, amount)
     SELECT 'busy', feature, timestamptz '2026-01-01T00:00:00Z' - hour * interval '1 hour', 1
     FROM unnest($1::text[]) feature, generate_series(1, $2::int) hour`,
    [FEATURES, HOURS],
  );
  await client.query('ANALYZE usage_hour');
  await client.end();
});

const usages = Array.from({ length: 50 }, (_, index) => {
  const featureId = FEATURES[index % FEATURES.length];
  return `u${index}: usage(featureId: "${featureId}", from: "${2026 - YEARS}-01-01T00:00:00Z", to: "2026-01-01T00:00:00Z", bucket: MONTH) { usage }`;
}).join(' ');

it('ten of a customer, with its token', { timeout: patience(240_000) }, async () => {
  const answers = await shop.during(() =>
    answersOf(
      shop,
      TEN.map(() => `{ viewer { ${usages} } }`),
      token,
    ),
  );
  // Each waits its turn; where the machine is busy with something else, for too long.
  for (const answer of answers) expect(answer).toMatch(/^(data|TIMED_OUT|RATE_LIMITED)$/);
  expect(answers).toContain('data');
});

it('ten of a customer, with the secret key', { timeout: patience(240_000) }, async () => {
  const answers = await shop.during(() =>
    answersOf(
      shop,
      TEN.map(() => `{ customer(id: "busy") { ${usages} } }`),
    ),
  );
  for (const answer of answers) expect(answer).toMatch(/^(data|TIMED_OUT|RATE_LIMITED.*)$/);
});
