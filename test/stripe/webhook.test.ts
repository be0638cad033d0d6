import { pino } from 'pino';
import Stripe from 'stripe';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { CheckoutHint } from '../../src/purchases/model/provider.ts';
import type { ReturnHint } from '../../src/purchases/model/provider-returns.ts';
import type { HintOutcome } from '../../src/purchases/reconcile/reconcile.ts';
import { stripeProvider } from '../../src/stripe/provider.ts';
import { type StripeStore, stripeStore } from '../../src/stripe/tables/stripe.ts';
import { stripeWebhook, WEBHOOK_BODY_LIMIT_BYTES } from '../../src/stripe/webhook.ts';
import type { Reconcilers } from '../../src/stripe/webhook-events.ts';
import {
  adapterDeps,
  openSandboxFixture,
  pageOf,
  type SandboxFixture,
  sessionParams,
  WEBHOOK_SECRET,
} from './sandbox/fixture.ts';

let fixture: SandboxFixture;
let store: StripeStore;
let hints: (CheckoutHint | ReturnHint)[];
let lines: string[];
let made = 0;

beforeAll(async () => {
  fixture = await openSandboxFixture();
  store = stripeStore(fixture.database);
});
beforeEach(() => {
  hints = [];
  lines = [];
});
afterAll(() => fixture.close());

function openWebhook({
  store: other,
  secret = WEBHOOK_SECRET,
  checkout,
  returned,
}: { store?: StripeStore; secret?: string } & Partial<Reconcilers> = {}) {
  return stripeWebhook({
    ...adapterDeps(fixture),
    secret,
    clock: fixture.clock,
    log: pino({ level: 'info' }, { write: (text: string) => void lines.push(text) }),
    reconcilers: {
      checkout:
        checkout ??
        (async (hint) => {
          hints.push(hint);
          return 'reconciled';
        }),
      subscription: async () => 'reconciled',
      invoice: async () => 'reconciled',
      blocked: async () => 'reconciled',
      charge: async () => 'reconciled',
      setup: async () => 'reconciled',
      method: async () => 'reconciled',
      payer: async () => 'reconciled',
      returned:
        returned ??
        (async (hint) => {
          hints.push(hint);
          return 'reconciled';
        }),
    },
    ...(other ? { store: other } : {}),
  });
}

function newEvent(
  type = 'checkout.session.completed',
  object: object = { id: 'cs_1', object: 'checkout.session', metadata: { brim_purchase_id: 'pu_1' } },
) {
  made += 1;
  return { id: `evt_${made}`, object: 'event', type, data: { object } };
}

function signed(event: unknown, { secret = WEBHOOK_SECRET, ageSeconds = 0 } = {}): Request {
  const payload = typeof event === 'string' ? event : JSON.stringify(event);
  const timestamp = Math.floor(fixture.clock.now().getTime() / 1_000) - ageSeconds;
  return posted(payload, { 'stripe-signature': Stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp }) });
}

function posted(body: string, headers: Record<string, string> = {}): Request {
  return new Request('http://127.0.0.1/webhooks/stripe', { method: 'POST', body, headers });
}

const findRow = (id: string) => fixture.database.client.paymentEvent.findUnique({ where: { id } });

describe('a checkout event', () => {
  test('is reconciled, acknowledged and recorded', async () => {
    const event = newEvent();
    expect((await openWebhook()(signed(event))).status).toBe(200);
    expect(hints).toEqual([{ checkoutId: 'cs_1', purchaseId: 'pu_1', installationId: null }]);
    expect(await findRow(event.id)).toMatchObject({
      type: 'checkout.session.completed',
      objectId: 'cs_1',
      deliveries: 1,
      receivedAt: fixture.clock.now(),
      handledAt: fixture.clock.now(),
      failure: null,
    });
  });

  test('of other software on the account names no purchase', async () => {
    await openWebhook()(signed(newEvent(undefined, { id: 'cs_2', object: 'checkout.session', client_reference_id: 'theirs' })));
    expect(hints).toEqual([{ checkoutId: 'cs_2', purchaseId: null, installationId: null }]);
  });

  test('is reconciled each time it is delivered, also where it is recorded already', async () => {
    const event = newEvent();
    const webhook = openWebhook();
    const answers = await Promise.all(Array.from({ length: 5 }, () => webhook(signed(event))));
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200, 200, 200]);
    expect(hints).toHaveLength(5);
    expect(await findRow(event.id)).toMatchObject({ deliveries: 5 });
  });

  test('that fails is answered 500 with the failure recorded, and succeeds when it is sent again', async () => {
    const event = newEvent();
    const failing = openWebhook({ checkout: () => Promise.reject(new Error('the ledger is away')) });
    expect((await failing(signed(event))).status).toBe(500);
    expect(await findRow(event.id)).toMatchObject({ deliveries: 1, handledAt: null, failure: 'Error: the ledger is away' });
    expect((await openWebhook()(signed(event))).status).toBe(200);
    expect(await findRow(event.id)).toMatchObject({ deliveries: 2, handledAt: fixture.clock.now(), failure: null });
  });

  test('is not acknowledged before it is reconciled', async () => {
    let finish = () => {};
    const reconciled = new Promise<HintOutcome>((resolve) => {
      finish = () => resolve('reconciled');
    });
    const answer = openWebhook({ checkout: () => reconciled })(signed(newEvent()));
    let answered = false;
    void answer.then(() => {
      answered = true;
    });
    // Another event is handled completely in between.
    await openWebhook()(signed(newEvent()));
    expect(answered).toBe(false);
    finish();
    expect((await answer).status).toBe(200);
  });

  test.each(['noteEvent', 'noteOutcome'] as const)('is not lost where %s fails', async (verb) => {
    const away = () => Promise.reject(new Error('the database is away'));
    const webhook = openWebhook({ store: { ...store, noteFailure: away, [verb]: away } });
    expect((await webhook(signed(newEvent()))).status).toBe(500);
  });
});

test('an event of another kind is acknowledged and recorded as ignored, and reconciles nothing', async () => {
  const event = newEvent('customer.discount.invented', { object: 'discount' });
  expect((await openWebhook()(signed(event))).status).toBe(200);
  expect(hints).toEqual([]);
  expect(await findRow(event.id)).toMatchObject({
    objectId: null,
    deliveries: 1,
    handledAt: fixture.clock.now(),
    outcome: 'IGNORED',
  });
});

describe('an event that changes nothing is acknowledged, and recorded with the reason', () => {
  test.each<[HintOutcome, string, string]>([
    ['reconciled', 'HANDLED', 'handled'],
    ['foreign', 'IGNORED', 'ignored'],
    ['unknown', 'IGNORED', 'ignored'],
    ['missing', 'IGNORED', 'ignored'],
  ])('%s is %s', async (became, outcome, word) => {
    const event = newEvent();
    const response = await openWebhook({ checkout: async () => became })(signed(event));
    expect([response.status, await response.text()]).toEqual([200, `${word}\n`]);
    expect(await findRow(event.id)).toMatchObject({ outcome, note: became === 'reconciled' ? null : expect.any(String) });
  });

  test.each([
    ['charge.refunded', { object: 'charge', id: 'ch_1', amount: 2_000, amount_refunded: 500 }],
    ['refund.created', { object: 'refund', id: 're_1', amount: 500, status: 'succeeded' }],
    ['refund.failed', { object: 'refund', id: 're_1', amount: 500, status: 'failed' }],
    ['charge.dispute.created', { object: 'dispute', id: 'du_1', amount: 2_000, status: 'needs_response' }],
    ['charge.dispute.closed', { object: 'dispute', id: 'du_1', amount: 2_000, status: 'lost' }],
    ['radar.early_fraud_warning.created', { object: 'radar.early_fraud_warning', id: 'issfr_1', actionable: true }],
  ])('%s says only of which charge money goes back', async (type, object) => {
    const event = newEvent(type, { payment_intent: 'pi_1', ...object });
    expect((await openWebhook()(signed(event))).status).toBe(200);
    expect(hints).toEqual([{ chargeId: 'pi_1' }]);
    expect(await findRow(event.id)).toMatchObject({ outcome: 'HANDLED' });
  });

  test('a refund of a charge that has no payment intent, so is not of Brim, is ignored', async () => {
    const event = newEvent('refund.created', { object: 'refund', id: 're_2', amount: 5, payment_intent: null });
    expect((await openWebhook()(signed(event))).status).toBe(200);
    expect(hints).toEqual([]);
    expect(await findRow(event.id)).toMatchObject({ outcome: 'IGNORED' });
  });
});

describe('during a change of secrets', () => {
  const secret = ' whsec_new , whsec_old ';

  test.each(['whsec_new', 'whsec_old'])('%s verifies', async (valid) => {
    expect((await openWebhook({ secret })(signed(newEvent(), { secret: valid }))).status).toBe(200);
  });

  test('no other secret verifies, and one is needed', async () => {
    expect((await openWebhook({ secret })(signed(newEvent(), { secret: 'whsec_other' }))).status).toBe(400);
    expect(() => openWebhook({ secret: ' , ' })).toThrow('webhook secret');
  });
});

describe('a request that Stripe did not sign changes nothing', () => {
  const event = newEvent();
  const genuine = () => signed(event).headers.get('stripe-signature') ?? '';
  test.each<[string, () => Request, number]>([
    ['unsigned', () => posted(JSON.stringify(event)), 400],
    ['signed with nonsense', () => posted(JSON.stringify(event), { 'stripe-signature': 'nonsense' }), 400],
    ['signed long ago', () => signed(event, { ageSeconds: 301 }), 400],
    ['signed with another secret', () => signed(event, { secret: 'whsec_forged' }), 400],
    [
      'changed after it was signed',
      () => posted(JSON.stringify(event).replace('pu_1', 'pu_2'), { 'stripe-signature': genuine() }),
      400,
    ],
    ['empty', () => posted('', { 'stripe-signature': genuine() }), 400],
    ['too large', () => signed('x'.repeat(WEBHOOK_BODY_LIMIT_BYTES + 1)), 413],
    ['another method', () => new Request('http://127.0.0.1/webhooks/stripe'), 405],
  ])('%s', async (_name, make, status) => {
    const response = await openWebhook()(make());
    expect(response.status).toBe(status);
    expect(hints).toEqual([]);
    expect(await findRow(event.id)).toBeNull();
    expect(lines.join('')).not.toContain('checkout.session');
    if (status !== 405) expect(lines.map((text): unknown => JSON.parse(text))).toMatchObject([{ level: 40 }]);
  });

  test('too large, without a content-length', async () => {
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.enqueue(new Uint8Array(64 * 1024));
      },
    });
    // A body that is a stream needs `duplex`, which the types do not have yet.
    const streaming = { method: 'POST', body, duplex: 'half' };
    expect((await openWebhook()(new Request('http://127.0.0.1/', streaming))).status).toBe(413);
  });

  test.each(['null', '{}', '"text"', 'not json', '{"id":"evt_x","type":"checkout.session.completed"}'])(
    'signed, but no event: %s',
    async (body) => {
      expect((await openWebhook()(signed(body))).status).toBe(400);
      expect(hints).toEqual([]);
    },
  );
});

test('from Pay to ACTIVE: the first delivery fails, and the next one reconciles with what Stripe has then', async () => {
  const provider = stripeProvider(adapterDeps(fixture));
  const seen: string[] = [];
  let away = true;
  fixture.receiver.respond = openWebhook({
    async checkout({ checkoutId }) {
      if (away) throw new Error('the database is away');
      seen.push((await provider.readCheckout(checkoutId)).state.status);
      return 'reconciled';
    },
  });
  const session = await fixture.stripe.checkout.sessions.create(sessionParams());
  await fixture.press(`${pageOf(session)}/complete`);
  // The payment intent's event reconciles nothing; the session's event does.
  expect(await fixture.sandbox.deliverDue()).toBe(1);
  away = false;
  fixture.clock.pass(1_000);
  expect(await fixture.sandbox.deliverDue()).toBe(1);
  expect(seen).toEqual(['paid']);
});
