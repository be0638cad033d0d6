import { pino } from 'pino';
import Stripe from 'stripe';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { stripeCalls } from '../../src/stripe/calls.ts';
import { openFailureLog } from '../../src/stripe/failure-log.ts';
import { checkKey } from '../../src/stripe/key-check.ts';
import { openLimiter } from '../../src/stripe/read-limiter.ts';
import { isLiveKey, SANDBOX_REALM } from '../../src/stripe/wire/realm.ts';
import { openSandboxFixture, type SandboxFixture } from './sandbox/fixture.ts';

interface Line {
  readonly level: number;
  readonly msg: string;
  readonly code?: string;
  readonly sinceLastLine?: number;
}

function openLines() {
  const lines: Line[] = [];
  return { lines, log: pino({ level: 'info' }, { write: (text: string) => void lines.push(JSON.parse(text)) }) };
}

test('the log has one line a minute for each kind of failure, with its number', () => {
  const { lines, log } = openLines();
  let nowMs = 0;
  const fail = openFailureLog(log, () => nowMs);
  const key = () => new Stripe.errors.StripeAuthenticationError({ type: 'api_error', message: 'Invalid API Key provided' });
  const busy = () => new Stripe.errors.StripeRateLimitError({ type: 'rate_limit_error', message: 'Too many requests' });
  for (let time = 0; time < 3; time += 1) fail(key());
  fail(busy());
  nowMs += 60_000;
  fail(key());
  expect(lines.map(({ level, code, sinceLastLine }) => [level, code, sinceLastLine])).toEqual([
    [50, '401', 0],
    [40, '429', 0],
    [50, '401', 2],
  ]);
});

describe('the key', () => {
  let fixture: SandboxFixture;
  beforeAll(async () => {
    fixture = await openSandboxFixture();
  });
  afterEach(() => fixture.sandbox.faults.clear());
  afterAll(() => fixture.close());

  const check = async () => {
    const { lines, log } = openLines();
    const calls = stripeCalls({ limiter: openLimiter(1_000), log });
    const result = await checkKey({ stripe: fixture.stripe, calls, log });
    return { result, lines };
  };

  test('that has every permission is logged, with its account', async () => {
    const { result, lines } = await check();
    expect(result).toEqual({ account: SANDBOX_REALM.account, isDone: true });
    expect(lines).toEqual([expect.objectContaining({ level: 30, msg: 'stripe: the key may do all that is needed' })]);
    // The check changed nothing.
    expect((await fixture.stripe.customers.list().catch(() => ({ data: [] }))).data).toEqual([]);
  });

  test('that Stripe refuses is an error, and no further call is made with it', async () => {
    fixture.sandbox.faults.add({ kind: 'unauthorized' });
    const { result, lines } = await check();
    expect(result).toEqual({ account: undefined, isDone: true });
    expect(lines).toEqual([expect.objectContaining({ level: 50, msg: expect.stringContaining('STRIPE_SECRET_KEY') })]);
  });

  test.each([
    ['/v1/customers', 'Customers: write'],
    ['/v1/payment_intents', 'PaymentIntents: read'],
    ['/v1/checkout/sessions', 'Checkout Sessions: read; Checkout Sessions: write'],
  ])('that lacks a permission (%s) is an error that names the permission', async (path, lacking) => {
    fixture.sandbox.faults.add({ kind: 'forbidden', path, times: 2 });
    const { result, lines } = await check();
    expect(result).toEqual({ account: SANDBOX_REALM.account, isDone: true });
    expect(lines.at(-1)).toMatchObject({ level: 50, msg: expect.stringContaining(`will fail: ${lacking}`) });
  });

  test('that may not read its account is checked all the same', async () => {
    fixture.sandbox.faults.add({ kind: 'forbidden', path: '/v1/account' });
    const { result } = await check();
    expect(result).toEqual({ account: undefined, isDone: true });
  });

  test('is checked again where Stripe failed', async () => {
    fixture.sandbox.faults.add({ kind: 'server_error' });
    const { result } = await check();
    expect(result).toEqual({ account: undefined, isDone: false });
  });

  test.each([
    ['sk_live_1', true],
    ['rk_live_1', true],
    ['sk_test_1', false],
    ['rk_test_1', false],
  ])('%s shows whether it moves real money: %s', (key, isLive) => {
    expect(isLiveKey(key)).toBe(isLive);
  });
});
