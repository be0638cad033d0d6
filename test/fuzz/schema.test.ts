/**
 * Every argument of the schema with random values: Brim gives an answer or a refusal with a code,
 * and nothing else. BRIM_SEED=… repeats a run; BRIM_LONG=1 sends 20,000 calls instead of 1,000.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seed } from '../properties/seed.ts';
import { openBrim, TEST_KEY } from '../support/brim.ts';
import { patience } from '../support/deadlines.ts';
import { isLong } from '../support/long.ts';
import { createCustomerToken } from '../support/shop.ts';
import { expectAnswered } from './answers.ts';
import { type Call, callsTo, TARGETS, toRequest } from './calls.ts';
import { expectWhole, type FuzzShop, openFuzzShop, withIds } from './fixture.ts';

const AT_ONCE = 10;
const CALLS = isLong ? 20_000 : 1_000;
/** A stream that stays silent for so long is left. */
const SILENCE_MS = 300;

let shop: FuzzShop;
let token: string;
beforeAll(async () => {
  shop = await openFuzzShop();
  token = await createCustomerToken(shop.brim, 'ada', ['top_up', 'monthly']);
});
afterAll(() => shop.brim.close());

async function send(url: string, call: Call, body: string, credential: string): Promise<void> {
  const isStream = call.target.root === 'Subscription';
  const leave = new AbortController();
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: isStream ? 'text/event-stream' : 'application/json',
      authorization: `Bearer ${credential}`,
    },
    body,
    signal: leave.signal,
  });
  const text = isStream ? await firstOf(response) : await response.text();
  leave.abort();
  expectAnswered(response.status, text);
}

/** The first event of a stream, or nothing where it is silent. */
async function firstOf({ body }: Response): Promise<string> {
  let text = '';
  const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
  const silence = new Promise<undefined>((resolve) => setTimeout(resolve, SILENCE_MS));
  while (reader && !/^data: .*\n\n/m.test(text)) {
    const next = await Promise.race([reader.read(), silence]);
    if (!next || next.done) break;
    text += next.value;
  }
  return /^data: (\{.*\})$/m.exec(text)?.[1] ?? '{}';
}

/** @throws Error with the call, so that it can be sent again by hand. */
async function ask(url: string, call: Call, ids: FuzzShop['ids'], credential: string): Promise<void> {
  const body = withIds(JSON.stringify(toRequest(call)), ids);
  try {
    await send(url, call, body, credential);
  } catch (error) {
    throw new Error(`${call.target.name} was sent ${body.slice(0, 3_000)}`, { cause: error });
  }
}

test('every field that takes an argument is called', () => {
  expect(TARGETS.length).toBeGreaterThan(35);
});

test(`every call is answered, or refused with a code (BRIM_SEED=${seed})`, { timeout: patience(1_800_000) }, async () => {
  const calls = fc.record({ call: callsTo(TARGETS), isToken: fc.nat(9).map((n) => n === 0) });
  await fc.assert(
    fc.asyncProperty(fc.array(calls, { minLength: AT_ONCE, maxLength: AT_ONCE }), async (together) => {
      const { brim, ids } = shop;
      await Promise.all(together.map(({ call, isToken }) => ask(brim.url, call, ids, isToken ? token : TEST_KEY)));
    }),
    { seed, numRuns: CALLS / AT_ONCE, endOnFailure: true },
  );
  await expectWhole(shop.brim);
});

test(`and so is every advance of the clock, where it can be moved (BRIM_SEED=${seed})`, {
  timeout: patience(120_000),
}, async () => {
  const brim = await openBrim({ config: { testClocks: true } });
  const advances = callsTo(TARGETS.filter(({ name }) => name === 'Mutation.advanceClock'));
  await fc.assert(
    fc.asyncProperty(advances, (call) => ask(brim.url, call, {}, TEST_KEY)),
    { seed, numRuns: 100, endOnFailure: true },
  );
  await expectWhole(brim);
  await brim.close();
});
