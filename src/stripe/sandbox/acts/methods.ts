/** The payment methods that calls name, and whom they belong to. */
import type Stripe from 'stripe';
import { newPaymentMethod, testMethodOf } from '../objects/payment-method.ts';
import { paymentErrorOf, type Refusal } from '../objects/refusals.ts';
import { type TestMethod, testMethodNamed } from '../objects/test-methods.ts';
import type { Records } from '../store/records.ts';
import { cardError, missingParam, refusedParam } from '../wire/api-error.ts';
import type { Act } from './act.ts';
import { changeCustomer } from './customers.ts';

/** Makes a payment method, as a page does of what a customer types in. */
export async function makeMethod(
  { records, now }: Act,
  test: TestMethod,
  customerId: string | null,
): Promise<Stripe.PaymentMethod> {
  const customer = customerId === null ? undefined : await records.find('customer', customerId);
  const method = newPaymentMethod(test, customer === undefined || customer.deleted === true ? null : customer, now);
  await records.put('payment_method', method.id, method);
  return method;
}

/**
 * The payment method that a charge of this customer names. One of Stripe's test names stands for a
 * new method.
 * @throws SandboxApiError where it does not exist, belongs to another customer, or to nobody any
 * more.
 */
export async function namedMethod(act: Act, methodId: string, customerId: string | null): Promise<Stripe.PaymentMethod> {
  const test = testMethodNamed(methodId);
  if (test !== undefined) return makeMethod(act, test, customerId);
  const method = await act.records.find('payment_method', methodId);
  if (method === undefined) throw missingParam('PaymentMethod', methodId, 'payment_method');
  if (method.customer === null) throw refusedParam('payment_method', USED);
  if (method.customer === customerId) return method;
  const words =
    customerId === null
      ? `The payment method supplied (${methodId}) belongs to a Customer. Please include the Customer in the \`customer\` parameter on the PaymentIntent.`
      : `The PaymentMethod ${methodId} does not belong to the Customer you supplied ${customerId}. Please use this PaymentMethod with the Customer that it belongs to instead.`;
  throw refusedParam('payment_method', words);
}

const USED =
  'The provided PaymentMethod was previously used with a PaymentIntent without Customer attachment, shared with a connected ' +
  'account without Customer attachment, or was detached from a Customer. It may not be used again. To use a PaymentMethod ' +
  'multiple times, you must attach it to a Customer first.';

/** Attaches a payment method, which does nothing where the customer has it already. */
export async function attachMethod(
  { records, now }: Act,
  method: Stripe.PaymentMethod,
  customer: string,
): Promise<Stripe.PaymentMethod> {
  if (method.customer === customer) return method;
  const attached: Stripe.PaymentMethod = { ...method, customer };
  await records.put('payment_method', attached.id, attached);
  await records.addEvent({ type: 'payment_method.attached', object: attached }, now);
  return attached;
}

/** @throws SandboxApiError (402) where the bank refuses the card when it is saved. */
export function requireSavable(method: Stripe.PaymentMethod): void {
  const refusal = savingRefusal(method);
  if (refusal !== undefined) throw cardError(paymentErrorOf(refusal, { method }));
}

export function savingRefusal(method: Stripe.PaymentMethod): Refusal | undefined {
  const test = testMethodOf(method);
  return test.isSavable === true ? undefined : test.refusal;
}

/** Takes a payment method from its customer, also as the default. It can never be used again. */
export async function detachMethod(act: Act, method: Stripe.PaymentMethod): Promise<Stripe.PaymentMethod> {
  const { records, now } = act;
  const customer = typeof method.customer === 'string' ? await records.lock('customer', method.customer) : undefined;
  const detached: Stripe.PaymentMethod = { ...method, customer: null };
  await records.put('payment_method', detached.id, detached);
  await records.addEvent({ type: 'payment_method.detached', object: detached, previous: { customer: method.customer } }, now);
  if (customer !== undefined && customer.deleted !== true && customer.invoice_settings.default_payment_method === method.id) {
    const settings = { ...customer.invoice_settings, default_payment_method: null };
    await changeCustomer(act, customer, { invoice_settings: settings });
  }
  return detached;
}

/** @throws SandboxApiError where the customer does not have this method. */
export async function requireOwnMethod({ find }: Records, methodId: string, customerId: string): Promise<void> {
  const method = await find('payment_method', methodId);
  if (method?.customer === customerId) return;
  throw missingParam(
    'PaymentMethod',
    `${methodId}'; the payment method must be attached to the customer '${customerId}`,
    'invoice_settings[default_payment_method]',
  );
}
