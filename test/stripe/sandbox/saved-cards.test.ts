import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSandboxFixture, pageOf, type SandboxFixture, sessionParams } from './fixture.ts';

let fixture: SandboxFixture;
beforeAll(async () => {
  fixture = await openSandboxFixture();
});
afterAll(() => fixture.close());

async function openSavingPage() {
  const customer = (await fixture.stripe.customers.create({ name: 'Ada' })).id;
  const session = await fixture.stripe.checkout.sessions.create(
    sessionParams(1, { customer, payment_intent_data: { setup_future_usage: 'off_session' } }),
  );
  const read = async () => {
    const { payment_intent: intent } = await fixture.stripe.checkout.sessions.retrieve(session.id, {
      expand: ['payment_intent.payment_method', 'payment_intent.latest_charge'],
    });
    return intent;
  };
  const methods = async () => (await fixture.stripe.paymentMethods.list({ customer })).data;
  return { customer, page: pageOf(session), read, methods };
}

describe('a checkout that saves the card', () => {
  test('attaches it to the customer, who can then be charged off session', async () => {
    const { customer, page, read, methods } = await openSavingPage();
    expect((await fixture.press(`${page}/complete`)).status).toBe(303);
    const [method] = await methods();
    expect(method).toMatchObject({ customer, card: { last4: '4242' }, billing_details: { name: 'Ada' } });
    expect(await read()).toMatchObject({
      status: 'succeeded',
      payment_method: { id: method?.id },
      latest_charge: { status: 'succeeded', receipt_url: expect.stringContaining('/receipts/ch_') },
    });
    const types = (await fixture.stripe.events.list({ limit: 5 })).data.map(({ type }) => type);
    expect(types.reverse()).toEqual([
      'payment_intent.created',
      'payment_method.attached',
      'charge.succeeded',
      'payment_intent.succeeded',
      'checkout.session.completed',
    ]);
    const charge = { amount: 500, currency: 'usd', customer, payment_method: method?.id ?? '', off_session: true, confirm: true };
    expect((await fixture.stripe.paymentIntents.create(charge)).status).toBe('succeeded');
  });

  test('takes the card that the page offers, which is declined there, and another one', async () => {
    const { page, read, methods } = await openSavingPage();
    expect(await (await fetch(page)).text()).toContain('4000 0000 0000 9995');
    const declined = await fixture.press(`${page}/complete`, { outcome: 'pay', card: '4000000000009995' });
    expect([declined.status, (await declined.text()).includes('insufficient funds')]).toEqual([402, true]);
    expect(await methods()).toEqual([]);
    expect((await fixture.press(`${page}/complete`, { outcome: 'pay', card: '1234' })).status).toBe(400);
    expect((await fixture.press(`${page}/complete`, { outcome: 'pay', card: '4000 0025 0000 3155' })).status).toBe(303);
    expect(await read()).toMatchObject({ status: 'succeeded' });
    expect(await methods()).toMatchObject([{ card: { last4: '3155' } }]);
  });
});

test('a checkout that does not save the card leaves it to nobody', async () => {
  const customer = (await fixture.stripe.customers.create({})).id;
  const session = await fixture.stripe.checkout.sessions.create(sessionParams(1, { customer }));
  await fixture.press(`${pageOf(session)}/complete`);
  expect((await fixture.stripe.paymentMethods.list({ customer })).data).toEqual([]);
  const { data } = await fixture.stripe.charges.list({ customer });
  const used = data[0]?.payment_method ?? '';
  const charge = { amount: 500, currency: 'usd', customer, payment_method: used, off_session: true, confirm: true };
  await expect(fixture.stripe.paymentIntents.create(charge)).rejects.toThrow(/previously used/);
});
