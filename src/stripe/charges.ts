/**
 * Charges of saved payment methods: payment intents that are confirmed while the customer is away.
 *
 * An intent's idempotency key belongs to Brim's payment, and its metadata name it. So an answer
 * that was lost is found again, under the key or among the customer's intents. A declined charge is
 * an answer, too: Stripe tells it as an error that contains the intent.
 */
import type Stripe from 'stripe';
import { MissingAtProviderError, PaymentProviderError, PaymentRefusedError } from '../purchases/model/provider.ts';
import type { ChargeRequest, ChargesProvider, MethodCharge } from '../purchases/model/provider-charges.ts';
import { toMethodCharge } from './charge-facts.ts';
import { namesOf, paymentOf } from './checkout.ts';
import { isReplayed } from './client.ts';
import type { StripeConnection } from './connection.ts';
import { declinedIntent } from './error-kinds.ts';
import { chargeKey } from './idempotency-keys.ts';
import { toStripeMinor } from './wire/minor-units.ts';
import type { Realm } from './wire/realm.ts';

const WITH_RECEIPT = ['latest_charge'];
/** Of a customer's newest intents, how many are searched for one whose answer was lost. */
const LOOKED_THROUGH = 100;
const MOST_DESCRIPTION = 1_000;

export type ChargesDeps = Pick<StripeConnection, 'stripe' | 'calls' | 'store' | 'realm' | 'knownRealm'>;

/** What begins subscriptions lies with them. */
type Charging = Omit<ChargesProvider, 'subscribe' | 'findSubscribed'>;

export function stripeCharges({ stripe, calls, store, realm, knownRealm }: ChargesDeps): Charging {
  const understood = (intent: Stripe.PaymentIntent) => toMethodCharge(intent, realm().account);
  const readCharge = async (chargeId: string): Promise<MethodCharge> =>
    understood(await calls.read(() => stripe.paymentIntents.retrieve(chargeId, { expand: WITH_RECEIPT })));

  return {
    async findChargeable(customerId) {
      const openedIn = await knownRealm();
      const method = await store.savedMethod({ customerId, realm: openedIn });
      const payerId = method && (await store.findCustomer(customerId, openedIn));
      return payerId ? { methodId: method.methodId, failed: method.failed, payerId, openedIn } : null;
    },

    readCharge,

    async charge(request) {
      requirePlace(request, realm());
      const options = { idempotencyKey: chargeKey(request.paymentId) };
      try {
        const intent = await calls.write(() => stripe.paymentIntents.create(intentParams(request), options));
        // A replay repeats the first answer, although more may have come of it since.
        return isReplayed(intent) ? await readCharge(intent.id) : understood(intent);
      } catch (error) {
        const declined = declinedIntent(error);
        if (!declined) throw error;
        return understood(declined);
      }
    },

    async findCharge(request) {
      const { payerId, paymentId } = request;
      requirePlace(request, realm());
      const page = await calls.read(() => stripe.paymentIntents.list({ customer: payerId, limit: LOOKED_THROUGH }));
      const made = page.data.find(({ metadata }) => paymentOf({ metadata }) === paymentId);
      return made ? readCharge(made.id) : null;
    },

    async cancelCharge(chargeId) {
      try {
        return understood(await calls.write(() => stripe.paymentIntents.cancel(chargeId)));
      } catch (error) {
        if (!(error instanceof PaymentRefusedError)) throw error;
        // Stripe refuses mostly because the intent succeeded or was canceled already.
        const charge = await readCharge(chargeId);
        // Else it may still succeed: ask again.
        if (charge.state.status === 'failed') throw new PaymentProviderError('failed', error.message, { cause: error });
        return charge;
      }
    },
  };
}

/**
 * Another account has neither the customer nor the idempotency key. @throws MissingAtProviderError.
 */
export function requirePlace({ openedIn }: Pick<ChargeRequest, 'openedIn'>, { account, live }: Realm): void {
  if (openedIn.live === live && (openedIn.account ?? account) === (account ?? openedIn.account)) return;
  const place = `${openedIn.account ?? 'another account'}, ${openedIn.live ? 'live' : 'test'} mode`;
  throw new MissingAtProviderError(`The charge was begun in ${place}, which the present key does not see.`);
}

function intentParams(request: ChargeRequest): Stripe.PaymentIntentCreateParams {
  const { purchaseId, installationId, paymentId, amount, description } = request;
  return {
    amount: toStripeMinor(amount),
    currency: amount.currency,
    customer: request.payerId,
    payment_method: request.methodId,
    confirm: true,
    off_session: true,
    description: description.slice(0, MOST_DESCRIPTION),
    metadata: { ...request.metadata, ...namesOf(purchaseId, installationId), brim_payment_id: paymentId },
    expand: WITH_RECEIPT,
  };
}
