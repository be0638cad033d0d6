import type pg from 'pg';
import Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStripe } from '../../src/stripe/client.ts';
import { openBrim, type TestBrim } from '../support/brim.ts';
import { askForTopUp, balanceOf, findPurchase, openShop, pay } from '../support/shop.ts';
import { connect } from '../support/witness.ts';

const SECRET = 'whsec_that_only_stripe_and_brim_know';
const API_KEY = 'sk_test_brim_sandbox';

/**
 * A Brim with a Stripe key, as in production. Its Stripe is the sandbox of another Brim, so the
 * test knows the webhook's secret and signs as Stripe does.
 */
describe('a webhook', () => {
  let provider: TestBrim;
  let brim: TestBrim;
  let sql: pg.Client;
  let made = 0;

  beforeAll(async () => {
    provider = await openBrim({ sandboxDelivery: 'held' });
    const stripe = { secretKey: API_KEY, webhookSecret: SECRET, apiUrl: `${provider.url}/sandbox/stripe` };
    brim = await openShop({ config: { stripe } });
    sql = await connect(brim);
  });
  afterAll(async () => {
    await sql?.end();
    await brim?.close();
    await provider?.close();
  });

  const sessionIdOf = (checkoutUrl: string) => checkoutUrl.split('/').at(-1) ?? '';

  function newEvent(checkoutUrl: string, type = 'checkout.session.completed', object: Record<string, unknown> = {}) {
    made += 1;
    const session = {
      id: sessionIdOf(checkoutUrl),
      object: 'checkout.session',
      metadata: { brim_purchase_id: 'pu_of_the_session' },
      ...object,
    };
    return JSON.stringify({ id: `evt_${made}`, object: 'event', type, data: { object: session } });
  }

  function sign(payload: string, { secret = SECRET, ageSeconds = 0 } = {}): string {
    const timestamp = Math.floor(Date.now() / 1_000) - ageSeconds;
    return Stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp });
  }

  async function send(body: string, signature: string | null = sign(body)): Promise<number> {
    const headers = { 'content-type': 'application/json', ...(signature === null ? {} : { 'stripe-signature': signature }) };
    const { status } = await fetch(`${brim.url}/webhooks/stripe`, { method: 'POST', headers, body });
    return status;
  }

  const countAll = async () =>
    (await sql.query('SELECT count(*)::int AS purchases, sum(sequence)::int AS entries FROM purchase, account')).rows[0];
  const countEvents = async () => (await sql.query('SELECT count(*)::int AS count FROM payment_event')).rows[0]?.count;

  it('that Stripe signed activates the purchase', async () => {
    const { checkoutUrl, purchaseId } = await askForTopUp(brim, 'signed');
    expect(checkoutUrl).toContain(provider.url);
    await pay(checkoutUrl);
    expect(await send(newEvent(checkoutUrl))).toBe(200);
    expect(await findPurchase(brim, purchaseId)).toMatchObject({ status: 'ACTIVE', grants: [{ granted: '100' }] });
  });

  it.each<[string, (event: string) => Promise<number>]>([
    ['unsigned', (event) => send(event, null)],
    ['stale', (event) => send(event, sign(event, { ageSeconds: 301 }))],
    ['forged with another secret', (event) => send(event, sign(event, { secret: 'whsec_guessed' }))],
    ['changed after it was signed', (event) => send(event.replace('completed', 'expired'), sign(event))],
    ['signed with nonsense', (event) => send(event, 't=1,v1=abc')],
    ['signed, but no event', () => send('{"hello":"world"}')],
    ['signed, but no JSON', () => send('nonsense')],
    ['empty', () => send('')],
  ])('that is %s is answered 400 and changes nothing, although the payment is there', async (name, post) => {
    const customerId = `bad_${name.replaceAll(/\W/g, '_')}`;
    const { checkoutUrl, purchaseId } = await askForTopUp(brim, customerId);
    await pay(checkoutUrl);
    const events = await countEvents();
    expect(await post(newEvent(checkoutUrl))).toBe(400);
    expect(await countEvents()).toBe(events);
    expect(await findPurchase(brim, purchaseId)).toMatchObject({ status: 'PENDING', grants: [] });
    expect(await balanceOf(brim, customerId)).toMatchObject({ remaining: '10', version: 1 });
  });

  it('that says paid about an open page grants nothing', async () => {
    const { checkoutUrl, purchaseId } = await askForTopUp(brim, 'told');
    expect(await send(newEvent(checkoutUrl, undefined, { status: 'complete', payment_status: 'paid' }))).toBe(200);
    expect(await findPurchase(brim, purchaseId)).toMatchObject({ status: 'PENDING', checkoutUrl, grants: [] });
  });

  it('that says expired after completed takes nothing back', async () => {
    const { checkoutUrl, purchaseId } = await askForTopUp(brim, 'late_expiry');
    await pay(checkoutUrl);
    expect(await send(newEvent(checkoutUrl))).toBe(200);
    expect(await send(newEvent(checkoutUrl, 'checkout.session.expired'))).toBe(200);
    expect(await send(newEvent(checkoutUrl, 'checkout.session.async_payment_failed'))).toBe(200);
    expect(await findPurchase(brim, purchaseId)).toMatchObject({ status: 'ACTIVE', failureReason: null });
    expect(await balanceOf(brim, 'late_expiry')).toMatchObject({ remaining: '110', version: 2 });
  });

  it.each([
    ['of an unknown purchase', { brim_purchase_id: 'pu_unknown' }],
    ['of other software on the same Stripe account', { order: '7' }],
  ])('about %s is answered 200, and nothing happens', async (_name, metadata) => {
    const stripe = openStripe({ secretKey: API_KEY, apiUrl: `${provider.url}/sandbox/stripe` });
    const session = await stripe.checkout.sessions.create({
      mode: 'payment',
      line_items: [{ quantity: 1, price_data: { currency: 'usd', unit_amount: 1_000, product_data: { name: 'A book' } } }],
      success_url: 'https://books.example/thanks',
      cancel_url: 'https://books.example/',
      metadata,
    });
    const checkoutUrl = session.url ?? '';
    await pay(checkoutUrl);
    const before = await countAll();
    expect(await send(newEvent(checkoutUrl, undefined, { metadata }))).toBe(200);
    expect(await countAll()).toEqual(before);
  });

  it('about other objects than checkouts is answered 200, and nothing happens', async () => {
    expect(await send(newEvent('/ch_1', 'charge.succeeded', { object: 'charge' }))).toBe(200);
  });
});
