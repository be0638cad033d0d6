import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { openBrim, type TestBrim } from '../support/brim.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';
import { type Cutter, openCutter } from './cut-after.ts';

/** An advance of many steps, each of which stands: it never says that nothing was done. */
let database: FreshDatabase;
let cutter: Cutter;
let brim: TestBrim;

beforeAll(async () => {
  database = await freshDatabase();
  cutter = await openCutter(database.url);
  brim = await openBrim({ databaseUrl: cutter.url, config: { testClocks: true } });
});
afterEach(() => cutter.mend());
afterAll(async () => {
  await brim?.close();
  await cutter?.close();
  await database?.drop();
});

const ADVANCE = `mutation ($to: DateTime!) { advanceClock(input: { to: $to }) {
  ... on AdvanceClockSuccess { now } ... on Error { message } } }`;
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();

it('an advance whose last step is done is done, although its lock could not be given back', async () => {
  const to = inDays(2);
  const hasCut = cutter.arm(/UPDATE test_clock/);
  const { data, errors } = await brim.query(ADVANCE, { to });
  expect([errors, hasCut()]).toEqual([undefined, true]);
  expect(Date.parse(data.advanceClock.now)).toBeGreaterThanOrEqual(Date.parse(to));
});

it('an advance that cannot go on says where time stands, and goes on when it is asked again', async () => {
  const to = inDays(4);
  const hasCut = cutter.arm(/UPDATE test_clock/, 'sent');
  const { data, errors = [] } = await brim.query(ADVANCE, { to });
  expect(hasCut()).toBe(true);
  const said = errors[0]?.message ?? data.advanceClock.message;
  expect(said).toMatch(/^Time stopped on its way to .* What was due before is done\. Advance "to" the same instant/);
  cutter.mend();
  const again = await brim.query(ADVANCE, { to });
  const now = again.data?.advanceClock?.now ?? /now, which is (\S+)/.exec(JSON.stringify(again))?.[1];
  expect(Date.parse(now)).toBeGreaterThanOrEqual(Date.parse(to));
});
