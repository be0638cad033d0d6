import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { STRIPE_API_VERSION } from '../../../src/stripe/wire/api-version.ts';
import { DESCRIPTION, endpointOf, problemsOf, typesOfObject } from './shapes.ts';

/** test/support/stripe-watch.ts compares every call of every test with this description. */
describe("the extract of Stripe's description of its API", () => {
  it('is that of the installed package, which pins the API version', () => {
    const Stripe = createRequire(import.meta.url)('stripe');
    expect({ stripe: DESCRIPTION.stripe, api: STRIPE_API_VERSION }).toEqual({
      stripe: Stripe.PACKAGE_VERSION,
      api: Stripe.API_VERSION,
    });
  });

  const params = endpointOf('POST', '/v1/refunds')?.params ?? [];
  it.each([
    ['takes what Stripe takes', { payment_intent: 'pi_1', amount: '500', reason: 'duplicate', metadata: { a: 'b' } }, []],
    ['knows the names', { intent: 'pi_1' }, ['.intent: RefundCreateParams has no such field']],
    ['knows the types', { amount: 'five' }, ['.amount: "five" is no number']],
    ['knows the enums', { reason: 'angry' }, [expect.stringContaining('.reason: "angry" is no ')]],
  ])('%s in a request', (_, form, problems) => {
    expect(problemsOf(params, form, 'form')).toEqual(problems);
  });

  it('knows which fields an answer always has', () => {
    const card = { brand: 'visa', last4: '4242' };
    const [first] = problemsOf(
      typesOfObject('payment_method'),
      { id: 'pm_1', object: 'payment_method', type: 'card', card },
      'json',
    );
    expect(first).toMatch(/PaymentMethod has it always|PaymentMethod\.Card has it always/);
  });

  it('knows an endpoint by its verb and path', () => {
    expect(endpointOf('GET', '/v1/refunds/re_1')?.answer).toEqual(['#Refund']);
    expect(endpointOf('POST', '/v1/invoices/create_preview')?.answer).toEqual(['#Invoice']);
    expect(endpointOf('GET', '/v1/nothing')).toBeUndefined();
  });
});
