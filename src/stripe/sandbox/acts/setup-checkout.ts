/** Checkouts in mode setup: the customer saves a payment method, and pays nothing. */
import type Stripe from 'stripe';
import { type Checkout, type CheckoutParams, newCheckout } from '../objects/checkout.ts';
import { paymentErrorOf } from '../objects/refusals.ts';
import { newSetupIntent, type SetupFacts } from '../objects/setup-intent.ts';
import type { TestMethod } from '../objects/test-methods.ts';
import type { Act } from './act.ts';
import { namedCustomer } from './customers.ts';
import { attachMethod, makeMethod, savingRefusal } from './methods.ts';

export interface SetupCheckoutParams extends Omit<CheckoutParams, 'mode' | 'payment_intent_data' | 'subscription_data'> {
  readonly customer?: string | undefined;
  readonly currency: string;
  readonly setup_intent_data?: Omit<SetupFacts, 'customer'> | undefined;
}

export async function openSetupCheckout(act: Act, params: SetupCheckoutParams): Promise<Checkout> {
  const { records, now, urlOf } = act;
  const { currency, setup_intent_data: data = { metadata: {} } } = params;
  const customer = params.customer === undefined ? undefined : await namedCustomer(records, params.customer);
  const setup = newSetupIntent({ ...data, customer: customer?.id ?? null }, now);
  const asParams = { ...params, mode: 'setup', payment_intent_data: { metadata: {} } } as const;
  const made = newCheckout({ params: asParams, lines: [], totalMinor: 0, currency, customer, urlOf, now });
  const session: Stripe.Checkout.Session = {
    ...made.session,
    amount_subtotal: null,
    amount_total: null,
    payment_method_collection: 'always',
    payment_status: 'no_payment_required',
    setup_intent: setup.id,
    total_details: null,
  };
  await records.put('setup_intent', setup.id, setup);
  await records.addEvent({ type: 'setup_intent.created', object: setup }, now);
  await records.put('checkout', session.id, { ...made, session }, new Date(session.expires_at * 1_000));
  return { ...made, session, intent: null };
}

/** @returns the session, not written yet: complete, or open as before where the bank refuses. */
export async function setUpOnPage(
  act: Act,
  session: Stripe.Checkout.Session,
  test: TestMethod,
): Promise<Stripe.Checkout.Session> {
  const setup =
    typeof session.setup_intent === 'string' ? await act.records.lock('setup_intent', session.setup_intent) : undefined;
  if (setup === undefined) throw new Error(`The session ${session.id} has no setup intent.`);
  const customer = typeof session.customer === 'string' ? session.customer : null;
  const method = await makeMethod(act, test, customer);
  const refusal = (await act.records.takeDecline(customer)) ?? savingRefusal(method);
  if (refusal !== undefined) {
    const { charge: _, payment_intent: __, ...error } = paymentErrorOf(refusal, { method });
    await put(act, { ...setup, last_setup_error: error }, 'setup_intent.setup_failed');
    return session;
  }
  if (customer !== null) await attachMethod(act, method, customer);
  const types = [method.type];
  await put(
    act,
    { ...setup, status: 'succeeded', payment_method: method.id, payment_method_types: types, last_setup_error: null },
    'setup_intent.succeeded',
  );
  return { ...session, status: 'complete', url: null };
}

async function put(
  { records, now }: Act,
  setup: Stripe.SetupIntent,
  type: 'setup_intent.succeeded' | 'setup_intent.setup_failed',
) {
  await records.put('setup_intent', setup.id, setup);
  await records.addEvent({ type, object: setup }, now);
}
