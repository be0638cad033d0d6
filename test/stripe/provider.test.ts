import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CheckoutRequest, type PaymentProvider, PaymentRefusedError } from '../../src/purchases/model/provider.ts';
import { openStripe } from '../../src/stripe/client.ts';
import { stripeProvider } from '../../src/stripe/provider.ts';
import { type StripeStore, stripeStore } from '../../src/stripe/tables/stripe.ts';
import { decimal, formatDecimal } from '../../src/values/decimal.ts';
import {
  adapterDeps,
  INSTALLATION,
  listen,
  openSandboxFixture,
  REALM,
  type SandboxFixture,
  SECRET_KEY,
  serve,
} from './sandbox/fixture.ts';

let fixture: SandboxFixture;
let store: StripeStore;
let provider: PaymentProvider;
beforeAll(async () => {
  fixture = await openSandboxFixture();
  store = stripeStore(fixture.database);
  provider = stripeProvider(adapterDeps(fixture));
  // Brim keeps who pays at Stripe only for customers that it has.
  const ids = [...Array.from({ length: 100 }, (_, index) => `customer-${index}`), 'one', 'changed', 'gone', 'ж'.repeat(200)];
  await fixture.database.client.customer.createMany({ data: ids.map((id) => ({ id, metadata: {}, createdAt: new Date() })) });
});
afterAll(() => fixture.close());

let made = 0;

function request(changes: Partial<CheckoutRequest> = {}): CheckoutRequest {
  made += 1;
  return {
    purchaseId: `pu_${made}`,
    installationId: INSTALLATION,
    customerId: `customer-${made}`,
    customerName: 'Ada',
    customerEmail: 'ada@app.test',
    lines: [
      { description: 'Base price', unitAmount: { amount: decimal(10), currency: 'usd' }, units: 1 },
      { description: '100 messages', unitAmount: { amount: decimal(10), currency: 'usd' }, units: 2 },
    ],
    returnUrl: 'https://brim.test/checkout/return/1',
    cancelUrl: 'https://app.test/plans',
    metadata: { campaign: 'spring' },
    ...changes,
  };
}

const line = (amount: string, currency: string) => [
  { description: 'Thing', unitAmount: { amount: decimal(amount), currency }, units: 1 },
];
const pressed = async (url: string | null, outcome: string, form = 'complete') => {
  const response = await fixture.press(`${url}/${form}`, { outcome });
  expect(response.status).toBeLessThan(410);
};

describe('openCheckout', () => {
  test('opens a page for exactly the request, with the purchase in its metadata', async () => {
    const asked = request();
    const checkout = await provider.openCheckout(asked);
    expect(checkout).toMatchObject({
      purchaseId: asked.purchaseId,
      state: { status: 'open' },
      url: expect.stringContaining(fixture.origin),
    });
    expect([formatDecimal(checkout.total.amount), checkout.total.currency]).toEqual(['30', 'usd']);
    const session = await fixture.stripe.checkout.sessions.retrieve(checkout.id);
    expect(session).toMatchObject({
      client_reference_id: asked.purchaseId,
      metadata: { campaign: 'spring', brim_purchase_id: asked.purchaseId, brim_installation_id: INSTALLATION },
      customer: await store.findCustomer(asked.customerId, REALM),
    });
    await pressed(checkout.url, 'pay');
    const paid = await fixture.stripe.checkout.sessions.retrieve(checkout.id, { expand: ['payment_intent'] });
    expect(paid.payment_intent).toMatchObject({ metadata: { brim_purchase_id: asked.purchaseId } });
  });

  test('opens one page for many calls at once', async () => {
    const asked = request();
    const checkouts = await Promise.all(Array.from({ length: 6 }, () => provider.openCheckout(asked)));
    const later = await provider.openCheckout(asked);
    expect(new Set([...checkouts, later].map((checkout) => checkout.url)).size).toBe(1);
  });

  test('answers with a paid checkout once the page was paid', async () => {
    const asked = request();
    const { url } = await provider.openCheckout(asked);
    await pressed(url, 'pay');
    expect(await provider.openCheckout(asked)).toMatchObject({ url: null, state: { status: 'paid' } });
  });

  test('does not let the app name another purchase', async () => {
    const asked = request({ metadata: { brim_purchase_id: 'pu_other' } });
    expect((await provider.openCheckout(asked)).purchaseId).toBe(asked.purchaseId);
  });

  test('opens one page where the first answer was lost', async () => {
    let lost = 0;
    const flaky = createServer((incoming, outgoing) => {
      void serve(incoming, outgoing, async (taken) => {
        const response = await fixture.sandbox.handle(taken);
        if (taken.url.endsWith('/sessions') && lost === 0) {
          lost += 1;
          incoming.socket.destroy();
        }
        return response;
      });
    });
    try {
      const stripe = openStripe({ secretKey: SECRET_KEY, apiUrl: `${await listen(flaky)}/sandbox/stripe` });
      const asked = request();
      const checkout = await stripeProvider(adapterDeps(fixture, { stripe })).openCheckout(asked);
      expect(lost).toBe(1);
      expect((await provider.openCheckout(asked)).id).toBe(checkout.id);
    } finally {
      flaky.closeAllConnections();
      flaky.close();
    }
  });
});

test('a purchase older than installation ids repeats the request that it sent then', async () => {
  const asked = request({ installationId: null });
  const customer = await fixture.stripe.customers.create({ metadata: { brim_customer_id: asked.customerId } });
  await store.keepCustomer(asked, { account: null, live: false }, customer.id);
  const metadata = { ...asked.metadata, brim_purchase_id: asked.purchaseId };
  // The request of an older version, whose answer was lost.
  const made = await fixture.stripe.checkout.sessions.create(
    {
      mode: 'payment',
      customer: customer.id,
      line_items: asked.lines.map(({ description, units }) => ({
        quantity: units,
        price_data: { currency: 'usd', unit_amount: 1_000, product_data: { name: description } },
      })),
      success_url: asked.returnUrl,
      cancel_url: asked.cancelUrl,
      client_reference_id: asked.purchaseId,
      metadata,
      payment_intent_data: { metadata },
      expand: ['payment_intent'],
    },
    { idempotencyKey: `brim-checkout-${asked.purchaseId}-${customer.id}` },
  );
  expect((await provider.openCheckout(asked)).id).toBe(made.id);
});

describe('the Stripe customer', () => {
  test('is the same for every purchase of a customer, also for calls at once', async () => {
    const requests = Array.from({ length: 5 }, (_, index) =>
      request({ customerId: 'one', customerEmail: `ada+${index}@app.test` }),
    );
    const checkouts = await Promise.all(requests.map((asked) => provider.openCheckout(asked)));
    const sessions = await Promise.all(checkouts.map(({ id }) => fixture.stripe.checkout.sessions.retrieve(id)));
    expect(new Set(sessions.map((session) => session.customer))).toEqual(new Set([await store.findCustomer('one', REALM)]));
  });

  test('is found after a lost answer, also where the email has changed since', async () => {
    const forgetful: StripeStore = { ...store, keepCustomer: () => Promise.reject(new Error('the database is away')) };
    const first = request({ customerId: 'changed', customerEmail: 'old@app.test' });
    await expect(stripeProvider(adapterDeps(fixture, { store: forgetful })).openCheckout(first)).rejects.toThrow('away');
    const second = request({ customerId: 'changed', customerEmail: 'new@app.test' });
    expect((await provider.openCheckout(second)).state.status).toBe('open');
    const customer = await fixture.stripe.customers.retrieve((await store.findCustomer('changed', REALM)) ?? '');
    expect(customer).toMatchObject({ email: 'new@app.test', metadata: { brim_customer_id: 'changed' } });
  });

  test('is made again where Stripe does not have it, as with the key of another account', async () => {
    const asked = request({ customerId: 'gone' });
    await store.keepCustomer(asked, REALM, 'cus_of_another_account');
    const checkout = await provider.openCheckout(asked);
    expect((await provider.openCheckout(asked)).id).toBe(checkout.id);
    expect(await store.findCustomer('gone', REALM)).not.toBe('cus_of_another_account');
  });

  test('may have an id of 200 characters of any script, and neither name nor email', async () => {
    const asked = request({ customerId: 'ж'.repeat(200), customerName: null, customerEmail: null });
    expect((await provider.openCheckout(asked)).state.status).toBe('open');
  });
});

describe('readCheckout', () => {
  test('distinguishes a delayed payment that is processing, has arrived, or has failed', async () => {
    for (const [outcome, state] of [
      ['succeed', { status: 'paid' }],
      ['fail', { status: 'failed', reason: 'The bank did not make the payment.' }],
    ] as const) {
      const { id, url } = await provider.openCheckout(request());
      await pressed(url, 'pay_later');
      expect(await provider.readCheckout(id)).toMatchObject({ url: null, state: { status: 'processing' } });
      await pressed(url, outcome, 'settle');
      expect((await provider.readCheckout(id)).state).toEqual(state);
    }
  });

  test('answers open after a declined card', async () => {
    const { id, url } = await provider.openCheckout(request());
    await pressed(url, 'decline');
    expect(await provider.readCheckout(id)).toMatchObject({ url, state: { status: 'open' } });
  });

  test('has the exact total in currencies that Stripe counts differently from ISO', async () => {
    for (const [amount, currency] of [
      ['500', 'jpy'],
      ['5.12', 'kwd'],
      ['1250', 'isk'],
    ] as const) {
      const { total } = await provider.openCheckout(request({ lines: line(amount, currency) }));
      expect([formatDecimal(total.amount), total.currency]).toEqual([amount, currency]);
    }
  });
});

describe('expireCheckout', () => {
  test('closes the page, and gives the same answer again', async () => {
    const { id, url } = await provider.openCheckout(request());
    expect(await provider.expireCheckout(id)).toMatchObject({ url: null, state: { status: 'expired' } });
    expect((await fixture.press(`${url}/complete`)).status).toBe(409);
    expect((await provider.expireCheckout(id)).state.status).toBe('expired');
  });

  test.each([
    ['pay', 'paid'],
    ['pay_later', 'processing'],
  ])('where the customer was faster with %s, answers %s', async (outcome, status) => {
    const { id, url } = await provider.openCheckout(request());
    await pressed(url, outcome);
    expect((await provider.expireCheckout(id)).state.status).toBe(status);
  });
});

describe('what Stripe will never accept is PaymentRefusedError', () => {
  test.each([
    ['less than the smallest charge', { lines: line('0.49', 'usd') }],
    ['more than the greatest', { lines: line('10000000000', 'usd') }],
    ['three decimals of dinars', { lines: line('1.005', 'kwd') }],
    ['too much metadata', { metadata: Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`key${index}`, 'x'])) }],
    ['an address that is none', { returnUrl: 'nowhere' }],
  ])('%s', async (_name, changes) => {
    await expect(provider.openCheckout(request(changes))).rejects.toBeInstanceOf(PaymentRefusedError);
  });

  test('a checkout that does not exist', async () => {
    await expect(provider.readCheckout('cs_nothing')).rejects.toBeInstanceOf(PaymentRefusedError);
    await expect(provider.expireCheckout('cs_nothing')).rejects.toBeInstanceOf(PaymentRefusedError);
  });
});

describe('an unknown answer is PaymentProviderError', () => {
  const failing = async (apiUrl: string, secretKey = SECRET_KEY): Promise<unknown> => {
    const stripe = openStripe({ secretKey, apiUrl });
    return stripeProvider(adapterDeps(fixture, { stripe }))
      .openCheckout(request())
      .then(
        () => undefined,
        (error: unknown) => error,
      );
  };

  test('where Stripe cannot be reached', async () => {
    const closed = createServer();
    const address = await listen(closed);
    await new Promise((resolve) => closed.close(resolve));
    const error = await failing(address);
    expect(error).toBeInstanceOf(Error);
    expect(error).not.toBeInstanceOf(PaymentRefusedError);
  });

  test('where the key is wrong', async () => {
    const error = await failing(`${fixture.origin}/sandbox/stripe`, 'sk_test_wrong');
    expect(error).toBeInstanceOf(Error);
    expect(error).not.toBeInstanceOf(PaymentRefusedError);
  });
});
