import Stripe from 'stripe';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { isReplayed } from '../../../src/stripe/client.ts';
import { openSandboxFixture, type SandboxFixture, thrownBy } from './fixture.ts';

let fixture: SandboxFixture;
let customer: string;
beforeAll(async () => {
  fixture = await openSandboxFixture();
  customer = (await fixture.stripe.customers.create({ name: 'Ada', email: 'ada@app.test' })).id;
});
afterEach(() => fixture.sandbox.declineNoMore());
afterAll(() => fixture.close());

const intents = () => fixture.stripe.paymentIntents;
const offSession = (method: string, more: Partial<Stripe.PaymentIntentCreateParams> = {}): Stripe.PaymentIntentCreateParams => ({
  amount: 1_000,
  currency: 'usd',
  customer,
  payment_method: method,
  off_session: true,
  confirm: true,
  metadata: { brim_purchase_id: 'pu_1' },
  expand: ['latest_charge'],
  ...more,
});
/** The types of the newest events, in their order. */
async function newestEvents(count: number): Promise<readonly string[]> {
  const { data } = await fixture.stripe.events.list({ limit: count });
  return data.map(({ type }) => type).reverse();
}
async function saved(name: string): Promise<string> {
  return (await fixture.stripe.paymentMethods.attach(name, { customer })).id;
}

describe('an off-session charge', () => {
  test('of a good card succeeds, with a charge that has a receipt and the metadata', async () => {
    const method = await saved('pm_card_visa');
    const intent = await intents().create(offSession(method));
    expect(intent).toMatchObject({ status: 'succeeded', amount_received: 1_000, payment_method: method, customer });
    const charge = intent.latest_charge;
    if (charge === null || typeof charge === 'string') throw new Error('The charge was not expanded.');
    expect(charge).toMatchObject({
      status: 'succeeded',
      paid: true,
      payment_intent: intent.id,
      payment_method: method,
      metadata: { brim_purchase_id: 'pu_1' },
      payment_method_details: { card: { brand: 'visa', last4: '4242' } },
    });
    const receipt = await fetch(charge.receipt_url ?? '');
    expect([receipt.status, (await receipt.text()).includes('$10.00')]).toEqual([200, true]);
    expect(await newestEvents(3)).toEqual(['payment_intent.created', 'charge.succeeded', 'payment_intent.succeeded']);
    const { data } = await fixture.stripe.charges.list({ payment_intent: intent.id });
    expect(data).toEqual([charge]);
    expect((await intents().list({ customer, limit: 1 })).data[0]?.id).toBe(intent.id);
  });

  test('of a card without funds is a 402 with its codes, kept under its key, and the intent stays', async () => {
    const create = () => intents().create(offSession('pm_card_chargeDeclinedInsufficientFunds'), { idempotencyKey: 'attempt-1' });
    const error = await thrownBy(create());
    expect(error).toBeInstanceOf(Stripe.errors.StripeCardError);
    expect(error).toMatchObject({
      statusCode: 402,
      type: 'StripeCardError',
      code: 'card_declined',
      decline_code: 'insufficient_funds',
      advice_code: 'try_again_later',
      message: 'Your card has insufficient funds.',
      charge: expect.stringMatching(/^ch_/),
      payment_method: { object: 'payment_method', type: 'card' },
      payment_intent: {
        status: 'requires_payment_method',
        payment_method: null,
        last_payment_error: { code: 'card_declined', decline_code: 'insufficient_funds' },
      },
    });
    expect(await newestEvents(3)).toEqual(['payment_intent.created', 'charge.failed', 'payment_intent.payment_failed']);

    const again = await thrownBy(create());
    expect(again.headers?.['idempotent-replayed']).toBe('true');
    expect(again.payment_intent?.id).toBe(error.payment_intent?.id);
    const kept = await intents().retrieve(error.payment_intent?.id ?? '', { expand: ['latest_charge'] });
    expect(kept).toMatchObject({ status: 'requires_payment_method', latest_charge: { id: error.charge, status: 'failed' } });
    expect(isReplayed(kept)).toBe(false);
    // Another card pays the same intent.
    expect(await intents().confirm(kept.id, { payment_method: await saved('pm_card_visa'), off_session: true })).toMatchObject({
      status: 'succeeded',
      last_payment_error: null,
    });
  });

  test.each([
    ['pm_card_chargeDeclined', 'card_declined', 'generic_decline', undefined],
    ['pm_card_chargeCustomerFail', 'card_declined', 'generic_decline', undefined],
    ['pm_card_chargeDeclinedLostCard', 'card_declined', 'lost_card', 'do_not_try_again'],
    ['pm_card_chargeDeclinedExpiredCard', 'expired_card', 'expired_card', 'confirm_card_data'],
    ['pm_card_chargeDeclinedProcessingError', 'processing_error', 'processing_error', 'try_again_later'],
    ['pm_card_authenticationRequired', 'authentication_required', 'authentication_required', undefined],
  ])('of %s is refused with %s, %s', async (method, code, declineCode, adviceCode) => {
    const error = await thrownBy(intents().create(offSession(method)));
    expect([error.statusCode, error.code, error.decline_code, error.advice_code]).toEqual([402, code, declineCode, adviceCode]);
  });

  test('can be declined on order, whatever the card', async () => {
    const method = await saved('pm_card_visa');
    await fixture.sandbox.declineNext({ declineCode: 'stolen_card', adviceCode: 'do_not_try_again' });
    await fixture.sandbox.declineNext({ declineCode: 'authentication_required', customer: 'cus_other' });
    expect(await thrownBy(intents().create(offSession(method)))).toMatchObject({
      decline_code: 'stolen_card',
      advice_code: 'do_not_try_again',
    });
    expect((await intents().create(offSession(method))).status).toBe('succeeded');
  });

  test('of a bank account is processing until its money arrives, or does not', async () => {
    const method = await saved('pm_usBankAccount_success');
    const intent = await intents().create(offSession(method));
    expect(intent).toMatchObject({ status: 'processing', latest_charge: { status: 'pending', paid: false } });
    expect(await newestEvents(2)).toEqual(['charge.pending', 'payment_intent.processing']);
    await fixture.sandbox.debits.arrive(intent.id);
    expect(await intents().retrieve(intent.id)).toMatchObject({ status: 'succeeded', amount_received: 1_000 });
    expect(await newestEvents(2)).toEqual(['charge.succeeded', 'payment_intent.succeeded']);

    const other = await intents().create(offSession(method));
    await fixture.sandbox.debits.fail(other.id);
    expect(await intents().retrieve(other.id)).toMatchObject({
      status: 'requires_payment_method',
      last_payment_error: { code: 'payment_method_provider_decline', payment_method: { id: method } },
    });
  });

  test('names a method of its own customer', async () => {
    const stranger = await fixture.stripe.customers.create({});
    const method = await saved('pm_card_visa');
    for (const [params, message] of [
      [offSession(method, { customer: stranger.id }), /does not belong to the Customer/],
      [offSession('pm_nothing'), /No such PaymentMethod/],
      [offSession(method, { customer: 'cus_nobody' }), /No such customer/],
      [offSession(method, { amount: 20 }), /at least \$0.50/],
      [offSession(method, { confirm: false }), /unless `confirm`/],
    ] as const) {
      const error = await thrownBy(intents().create(params));
      expect([error.statusCode, error.message]).toEqual([400, expect.stringMatching(message)]);
    }
  });
});

test('in the app, a card that wants 3-D Secure asks for it', async () => {
  const intent = await intents().create({
    amount: 1_000,
    currency: 'usd',
    customer,
    payment_method: 'pm_card_authenticationRequired',
  });
  expect(intent.status).toBe('requires_confirmation');
  expect(await intents().confirm(intent.id)).toMatchObject({
    status: 'requires_action',
    next_action: { type: 'use_stripe_sdk' },
  });
  expect(await newestEvents(1)).toEqual(['payment_intent.requires_action']);
});

test('a payment intent is canceled while it is not paid, and is then never charged', async () => {
  const intent = await intents().create({ amount: 1_000, currency: 'usd', customer });
  expect(await intents().cancel(intent.id, { cancellation_reason: 'abandoned' })).toMatchObject({ status: 'canceled' });
  expect(await newestEvents(1)).toEqual(['payment_intent.canceled']);
  for (const call of [() => intents().confirm(intent.id, { payment_method: 'pm_card_visa' }), () => intents().cancel(intent.id)])
    expect(await thrownBy(call())).toMatchObject({
      statusCode: 400,
      code: 'payment_intent_unexpected_state',
      payment_intent: { id: intent.id, status: 'canceled' },
    });
});

describe('payment methods', () => {
  test('are attached, listed, made the default, and detached for good', async () => {
    const { stripe } = fixture;
    const owner = (await stripe.customers.create({})).id;
    const card = await stripe.paymentMethods.attach('pm_card_mastercard', { customer: owner });
    expect(card).toMatchObject({ customer: owner, card: { brand: 'mastercard', last4: '4444', exp_month: 12 } });
    expect(await stripe.paymentMethods.retrieve(card.id)).toEqual(card);
    for (const list of [
      stripe.paymentMethods.list({ customer: owner, type: 'card' }),
      stripe.customers.listPaymentMethods(owner),
    ])
      expect((await list).data).toEqual([card]);

    await stripe.customers.update(owner, { invoice_settings: { default_payment_method: card.id } });
    expect(await newestEvents(2)).toEqual(['payment_method.attached', 'customer.updated']);
    const settings = async () => {
      const found = await stripe.customers.retrieve(owner);
      return found.deleted === true ? undefined : found.invoice_settings.default_payment_method;
    };
    expect(await settings()).toBe(card.id);

    expect((await stripe.paymentMethods.detach(card.id)).customer).toBeNull();
    expect(await settings()).toBeNull();
    expect(await newestEvents(2)).toEqual(['payment_method.detached', 'customer.updated']);
    for (const call of [
      () => stripe.paymentMethods.attach(card.id, { customer: owner }),
      () => stripe.paymentMethods.detach(card.id),
      () => stripe.customers.update(owner, { invoice_settings: { default_payment_method: card.id } }),
    ])
      expect((await thrownBy(call())).statusCode).toBe(400);
  });

  test('that the bank refuses cannot be saved, except for the one that declines later', async () => {
    const error = await thrownBy(fixture.stripe.paymentMethods.attach('pm_card_chargeDeclined', { customer }));
    expect([error.statusCode, error.code]).toEqual([402, 'card_declined']);
    expect((await fixture.stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer })).customer).toBe(customer);
  });
});
