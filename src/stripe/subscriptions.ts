/**
 * The part of the payment provider for what recurs: subscriptions and their invoices.
 *
 * A subscription is always read together with its newest invoices, so that whoever asks sees every
 * payment, whatever event told of it. A call that moves money has one key for each attempt, and a
 * change is written into the subscription's metadata, so that it is made once even after Stripe has
 * forgotten the key.
 */
import type Stripe from 'stripe';
import { type CheckoutLine, costOfRenewal } from '../purchases/model/checkout-line.ts';
import type { ChargesProvider } from '../purchases/model/provider-charges.ts';
import type { Subscription, SubscriptionChange, SubscriptionProvider } from '../purchases/model/provider-subscriptions.ts';
import { failureOf } from './charge-facts.ts';
import { requirePlace } from './charges.ts';
import { idOf, namesOf, paymentOf } from './checkout.ts';
import { isReplayed } from './client.ts';
import type { StripeConnection } from './connection.ts';
import { declineOf } from './error-kinds.ts';
import { changeKey, chargeKey, productKey } from './idempotency-keys.ts';
import { lineOf, type ProductLine, productOf, toRecurring } from './recurring-lines.ts';
import { isOfItem, productIdOf, toSubscription } from './subscription-facts.ts';
import { fromStripeMinor, toStripeMinor } from './wire/minor-units.ts';
import { fromUnixSeconds } from './wire/unix-seconds.ts';

/** How many of a subscription's newest invoices are read: more than can be new at once. */
const INVOICES_READ = 24;
const PRODUCTS_KNOWN = 1_000;
/** Of a customer's newest subscriptions, how many are searched for one whose answer was lost. */
const LOOKED_THROUGH = 100;
/** Names the newest change of a subscription that Brim made. */
const CHANGE = 'brim_change';

export type SubscriptionsDeps = Pick<StripeConnection, 'stripe' | 'calls' | 'realm'>;

/** What begins subscriptions on a saved method belongs to charges. */
type Subscribing = Pick<ChargesProvider, 'subscribe' | 'findSubscribed'>;

export function stripeSubscriptions({ stripe, calls, realm }: SubscriptionsDeps): SubscriptionProvider & Subscribing {
  /** A product stands for the same line for ever. The newest thousand are known. */
  const known = new Map<string, ProductLine | null>();
  async function lineOfProduct(productId: string): Promise<ProductLine | null> {
    const before = known.get(productId);
    if (before !== undefined) return before;
    const line = lineOf(await calls.read(() => stripe.products.retrieve(productId)));
    const [oldest] = known.keys();
    if (known.size >= PRODUCTS_KNOWN && oldest !== undefined) known.delete(oldest);
    known.set(productId, line);
    return line;
  }

  /** Reads what is missing to understand a subscription that was just read. */
  async function understood(subscription: Stripe.Subscription): Promise<Subscription> {
    const page = await calls.read(() =>
      stripe.invoices.list({ subscription: subscription.id, limit: INVOICES_READ, expand: ['data.payments'] }),
    );
    const recurring = page.data.flatMap(({ lines: { data } }) => data.filter(isOfItem));
    const products = [...new Set(recurring.flatMap((line) => productIdOf(line) ?? []))];
    const lines = new Map(await Promise.all(products.map(async (id) => [id, await lineOfProduct(id)] as const)));
    return toSubscription(subscription, page.data, (productId) => lines.get(productId) ?? null, realm().account);
  }

  const retrieve = (subscriptionId: string) => calls.read(() => stripe.subscriptions.retrieve(subscriptionId));

  /** Stripe takes a price of a subscription that has no page only for a product that exists. */
  const makeProducts = (lines: readonly CheckoutLine[], purchaseId: string) =>
    Promise.all(
      lines.map(async (line, index) => {
        const options = { idempotencyKey: productKey(purchaseId, index, line.description) };
        return (await calls.write(() => stripe.products.create(productOf(line, { purchaseId, index }), options))).id;
      }),
    );

  async function update(id: string, params: Stripe.SubscriptionUpdateParams, key?: string): Promise<Stripe.Subscription> {
    const options = key === undefined ? {} : { idempotencyKey: key };
    return calls.write(() => stripe.subscriptions.update(id, params, options));
  }

  return {
    async subscribe(request) {
      requirePlace(request, realm());
      const { purchaseId, paymentId, lines, payerId, methodId, installationId } = request;
      const { items, once } = pricedLines(lines, await makeProducts(lines, purchaseId));
      const params: Stripe.SubscriptionCreateParams = {
        customer: payerId,
        items,
        ...(once.length > 0 ? { add_invoice_items: once } : {}),
        default_payment_method: methodId,
        payment_behavior: 'error_if_incomplete',
        off_session: true,
        metadata: { ...request.metadata, ...namesOf(purchaseId, installationId), brim_payment_id: paymentId },
      };
      try {
        const options = { idempotencyKey: chargeKey(paymentId) };
        const begun = await calls.write(() => stripe.subscriptions.create(params, options));
        // A replay repeats the first answer, although more may have come of it since.
        return await understood(isReplayed(begun) ? await retrieve(begun.id) : begun);
      } catch (error) {
        const decline = declineOf(error);
        if (!decline) throw error;
        // Without a subscription there is nothing that could be paid later.
        return { status: 'canceled', ...failureOf(decline) };
      }
    },

    async findSubscribed(request) {
      requirePlace(request, realm());
      const about = { customer: request.payerId, status: 'all', limit: LOOKED_THROUGH } as const;
      const page = await calls.read(() => stripe.subscriptions.list(about));
      const begun = page.data.find(({ metadata }) => paymentOf({ metadata }) === request.paymentId);
      return begun ? understood(begun) : null;
    },

    readSubscription: async (subscriptionId) => understood(await retrieve(subscriptionId)),

    async endSubscription(subscriptionId) {
      const now = await retrieve(subscriptionId);
      if (now.status === 'canceled' || now.status === 'incomplete_expired') return understood(now);
      await calls.write(() => stripe.subscriptions.cancel(subscriptionId));
      return understood(await retrieve(subscriptionId));
    },

    setCancelAtPeriodEnd: async (subscriptionId, isCanceled) =>
      understood(await update(subscriptionId, { cancel_at_period_end: isCanceled })),

    async changeSubscription({ subscriptionId, purchaseId, installationId, lines, at, key }: SubscriptionChange) {
      const before = await retrieve(subscriptionId);
      if (before.metadata[CHANGE] === key) return understood(before);
      const products = await makeProducts(lines, purchaseId);
      const { items, once } = pricedLines(lines, products);
      const params: Stripe.SubscriptionUpdateParams = {
        items: [...before.items.data.map(({ id }) => ({ id, deleted: true })), ...items],
        ...(once.length > 0 ? { add_invoice_items: once } : {}),
        ...WHEN[at],
        metadata: { ...namesOf(purchaseId, installationId), [CHANGE]: key },
      };
      return understood(await update(subscriptionId, params, changeKey(subscriptionId, key)));
    },

    async previewChange({ subscriptionId, lines, at }) {
      const before = await retrieve(subscriptionId);
      const [item] = before.items.data;
      if (!item) throw new Error(`The subscription ${subscriptionId} has no items.`);
      // A preview makes no products: any that exists stands for them.
      const product = idOf(item.price.product) ?? '';
      const { items, once } = pricedLines(
        lines,
        lines.map(() => product),
      );
      const { billing_cycle_anchor, proration_behavior } = WHEN[at];
      const preview = await calls.read(() =>
        stripe.invoices.createPreview({
          subscription: subscriptionId,
          subscription_details: {
            items: [...before.items.data.map(({ id }) => ({ id, deleted: true })), ...items],
            ...(billing_cycle_anchor ? { billing_cycle_anchor } : {}),
            ...(proration_behavior ? { proration_behavior } : {}),
          },
          ...(at === 'once' && once.length > 0 ? { invoice_items: once } : {}),
        }),
      );
      const due = fromStripeMinor(preview.amount_due, preview.currency);
      const again = costOfRenewal(lines);
      const ends = preview.lines.data.map(({ period }) => period.end);
      return at === 'once'
        ? { dueNow: due, nextPayment: { amount: { ...due, amount: again }, at: fromUnixSeconds(Math.max(...ends)) } }
        : { dueNow: { ...due, amount: 0n }, nextPayment: { amount: due, at: fromUnixSeconds(item.current_period_end) } };
    },
  };
}

/** A change at once begins a new period: paid in full, less what is left of the old one. */
const WHEN: Readonly<Record<SubscriptionChange['at'], Stripe.SubscriptionUpdateParams>> = {
  once: {
    billing_cycle_anchor: { type: 'now' },
    proration_behavior: 'always_invoice',
    payment_behavior: 'error_if_incomplete',
    off_session: true,
  },
  renewal: { proration_behavior: 'none' },
};

/** The lines that recur are items; the others are charged with the first invoice. */
function pricedLines(lines: readonly CheckoutLine[], products: readonly string[]) {
  const priced = lines.map(({ unitAmount, units, recurring }, index) => {
    const price = { currency: unitAmount.currency, unit_amount: toStripeMinor(unitAmount), product: products[index] ?? '' };
    return { quantity: units, price, recurring };
  });
  return {
    items: priced.flatMap(({ quantity, price, recurring }) =>
      recurring ? [{ quantity, price_data: { ...price, recurring: toRecurring(recurring.interval) } }] : [],
    ),
    once: priced.flatMap(({ quantity, price, recurring }) => (recurring ? [] : [{ quantity, price_data: price }])),
  };
}
