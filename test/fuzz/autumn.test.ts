/**
 * Every verb of /v1 with random values in each of its fields: it gives an answer or a refusal in
 * its shape, and nothing else.
 */
import { readdir, readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seed } from '../properties/seed.ts';
import { postRaw } from '../support/autumn.ts';
import { patience } from '../support/deadlines.ts';
import { isLong } from '../support/long.ts';
import { VERBS, withNumerals } from './autumn-fields.ts';
import { expectWhole, type FuzzShop, openFuzzShop, withIds } from './fixture.ts';
import { MARK } from './hostile.ts';

const AT_ONCE = 10;
const CALLS = isLong ? 10_000 : 500;
const ECHO_MAX = 200;

let shop: FuzzShop;
beforeAll(async () => {
  shop = await openFuzzShop();
});
afterAll(() => shop.brim.close());

async function ask(verb: string, body: unknown): Promise<void> {
  const text = withNumerals(withIds(JSON.stringify(body), shop.ids));
  const response = await postRaw(shop.brim, verb, text);
  const answer = await response.text();
  const report = `${verb} was sent ${text.slice(0, 3_000)}, and answered ${response.status} ${answer.slice(0, 1_000)}`;
  expect(response.status, report).toBeLessThan(500);
  if (response.status < 400) return;
  const { message, code, statusCode } = JSON.parse(answer);
  expect({ code, statusCode }, report).toEqual({ code: expect.stringMatching(/^[a-z_]+$/), statusCode: response.status });
  expect(code, report).not.toBe('route_not_found');
  expect(message.split(MARK).length - 1, report).toBeLessThanOrEqual(ECHO_MAX);
}

test('every verb is called', async () => {
  const folder = new URL('../../src/autumn/', import.meta.url);
  const files = (await readdir(folder)).filter((name) => name.endsWith('.ts'));
  const sources = await Promise.all(files.map((name) => readFile(new URL(name, folder), 'utf8')));
  const verbs = sources.flatMap((source) => [...source.matchAll(/'([a-z]+\.[a-z_]+)': \{/g)].map(([, verb]) => verb));
  expect(Object.keys(VERBS).sort()).toEqual(verbs.sort());
});

test(`/v1 answers every request, or refuses it with a code (BRIM_SEED=${seed})`, {
  timeout: patience(1_800_000),
}, async () => {
  const calls = fc.oneof(...Object.entries(VERBS).map(([verb, body]) => fc.tuple(fc.constant(verb), body)));
  await fc.assert(
    fc.asyncProperty(fc.array(calls, { minLength: AT_ONCE, maxLength: AT_ONCE }), async (together) => {
      await Promise.all(together.map(([verb, body]) => ask(verb, body)));
    }),
    { seed, numRuns: CALLS / AT_ONCE, endOnFailure: true },
  );
  await expectWhole(shop.brim);
});
