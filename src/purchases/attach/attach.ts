/**
 * Attaches plans: reads the input, quotes it, and hands it to attach-free.ts or attach-paid.ts.
 *
 * A paid purchase is recorded PENDING and committed before the payment provider hears of it. Every
 * later step can be repeated by any caller.
 */
import type { Actor } from '../../access/actor.ts';
import type { Catalog } from '../../catalog/catalog.ts';
import { baseGroup, type Plan, planKind, recursOf } from '../../catalog/types.ts';
import type { Customer, Customers } from '../../customers/customers.ts';
import { CustomerNotFoundError, PlanNotFoundError, refuseInput } from '../../values/errors.ts';
import { fingerprint } from '../../values/fingerprint.ts';
import * as schemas from '../../values/input.ts';
import { freePurchase } from '../grants/record-free.ts';
import type { ChargeRules } from '../model/charge-rules.ts';
import { PlanAlreadyAttachedError } from '../model/errors.ts';
import type { CheckoutLine, CheckoutRequest } from '../model/provider.ts';
import type { Attached, Purchase } from '../model/types.ts';
import { type Preview, previewFirst } from '../quote/preview.ts';
import { type Quote, type QuoteLine, quote, quoteMore } from '../quote/quote.ts';
import { quoteHeld } from '../quote/quote-held.ts';
import { refuseEmptyAttach } from '../quote/refuse-empty.ts';
import { refuseSmallRenewal } from '../quote/refuse-small-renewal.ts';
import type { ReconciliationDeps } from '../reconcile/apply-checkout.ts';
import type { Reconciliation } from '../reconcile/reconcile.ts';
import { refreshForCaller } from '../reconcile/refresh-for-caller.ts';
import { attachCharged, type ChargedDeps } from './attach-charged.ts';
import { attachFree } from './attach-free.ts';
import { type AttachInput, attachInput, previewInput } from './attach-input.ts';
import { answered, attachPaid, keepHeld, type PaidDeps } from './attach-paid.ts';
import { findReplaced, previewChange } from './change-plan.ts';
import { findReplay, type Identity } from './replay.ts';
import { fillIn, needsCheckoutId, type ReturnRules, refuseUrls } from './return-url.ts';
import { methodToCharge } from './way-of-paying.ts';

export interface AttachDeps extends ReconciliationDeps {
  readonly catalog: Pick<Catalog, 'newestPlan' | 'planVersion' | 'feature'>;
  readonly customers: Pick<Customers, 'find'>;
  readonly reconciliation: Reconciliation;
  /** The purchase by which the customer has this base plan; null where it has none. */
  readonly findBasePurchase: (customerId: string, planId: string) => Promise<Purchase | null>;
  /** The purchase by which the customer has this plan and is charged for it again. */
  readonly findRecurring: (customerId: string, planId: string) => Promise<Purchase | null>;
  readonly chargeRules: ChargeRules;
  readonly queue: PaidDeps['queue'];
  readonly shared: ChargedDeps['shared'];
  readonly followSubscription: PaidDeps['followSubscription'];
  /**
   * Where the customer returns to after paying: our own page, which asks the provider and sends the
   * customer on.
   */
  readonly returnUrl: (purchaseId: string) => string;
  /**
   * Where a customer goes who does not pay, if the app's own URL contains an id that is not known
   * before the page opens.
   */
  readonly canceledUrl: (purchaseId: string) => string;
  readonly returnRules: ReturnRules;
  /** Left out: false. True where Brim attaches by itself. */
  readonly automatic?: boolean;
}

/** A preview, and whether the customer has to pay on a page. */
export interface AttachPreview extends Preview {
  readonly checkoutRequired: boolean;
}

/**
 * What attaching would charge and grant. It writes nothing. What a change of a recurring plan or of
 * its quantity charges is worked out by the payment provider. @throws CustomerNotFoundError,
 * PlanNotFoundError, InvalidInputError.
 */
export async function previewAttach(deps: AttachDeps, actor: Actor, input: unknown): Promise<AttachPreview> {
  const { customerId, planId, featureQuantities } = schemas.readInput(previewInput, input);
  const { plan, nameOf } = await onSale(deps, actor, customerId, planId);
  const quoted = await quoteFor(deps, plan, customerId, featureQuantities, nameOf);
  const lines = quoted.quote.lines.map(toCheckoutLine);
  const changed = await previewChange(deps, { customerId, planId, baseGroup: baseGroup(plan), checkout: { lines } });
  const paid = { customerId, idempotencyKey: '', checkout: { lines } };
  const isCharged = changed !== null || (await methodToCharge(deps, actor, paid, 'IF_REQUIRED')) !== null;
  const checkoutRequired = quoted.quote.total !== null && !isCharged;
  return { ...previewFirst(quoted.quote, deps.clock.now()), ...changed, checkoutRequired };
}

/**
 * What a plan costs this customer and gives it. A customer who has a base plan can only buy more of
 * it, and one who is charged for a plan again and again can have another quantity of it.
 * @throws InvalidInputError; PlanAlreadyAttachedError where the customer has the plan and buys
 * nothing.
 */
async function quoteFor(
  { findBasePurchase, findRecurring, chargeRules }: AttachDeps,
  plan: Plan,
  customerId: string,
  wanted: AttachInput['featureQuantities'],
  nameOf: (featureId: string) => string,
) {
  const held = recursOf(plan) === null ? null : await findRecurring(customerId, plan.id);
  if (held) {
    const another = quoteHeld(plan, held, wanted, nameOf);
    return { ...another, quote: refuseSmallRenewal(another.quote, chargeRules) };
  }
  const before = planKind(plan) === 'BASE' ? await findBasePurchase(customerId, plan.id) : null;
  if (!before) {
    refuseEmptyAttach(plan, wanted, chargeRules);
    return { quote: refuseSmallRenewal(quote(plan, wanted, nameOf), chargeRules), onlyBought: false };
  }
  const more = quoteMore(plan, wanted, nameOf);
  if (more.quantities.length === 0) throw new PlanAlreadyAttachedError(before);
  if (before.cancelAtPeriodEnd && more.lines.some(({ interval }) => interval !== null))
    refuseInput(['planId'], 'ends with its period: resumePurchase takes that back, and then its quantity can be changed');
  return { quote: more, onlyBought: true };
}

/**
 * Attaches a plan to a customer. The same attach again, before paying, gives the same purchase and
 * URL.
 * @throws CustomerNotFoundError, PlanNotFoundError, PlanAlreadyAttachedError, PaymentFailedError,
 * IdempotencyConflictError, InvalidInputError; UnavailableError where the payment provider cannot
 * be reached; RateLimitedError where a customer token began too many purchases.
 */
export async function attachPlan(deps: AttachDeps, actor: Actor, input: unknown): Promise<Attached> {
  try {
    return await attachOnce(deps, actor, input);
  } catch (refusal) {
    if (!(refusal instanceof PlanAlreadyAttachedError)) throw refusal;
    // Of two attaches with one key at once, the second may be refused. The first has stored its
    // answer by now: read it.
    return attachOnce(deps, actor, input);
  }
}

async function attachOnce(deps: AttachDeps, actor: Actor, input: unknown): Promise<Attached> {
  const { idempotencyKey: key, ...request } = schemas.readInput(attachInput, input);
  // Before the replay, too: the key may be one of the app, and a token gets no plan that it does
  // not name.
  if (!mayAttach(actor, request.planId)) throw new PlanNotFoundError(request.planId);
  const { successUrl, cancelUrl } = request;
  refuseUrls({ successUrl, cancelUrl }, actor, deps.returnRules);
  const identity = { key, fingerprint: fingerprint('attachPlan', request) };
  const replay = await findReplay(deps, request.customerId, identity);
  if (replay) {
    const current = replay.checkoutId === null ? await refreshForCaller(deps, actor, replay) : replay;
    return { purchase: await answered(deps, current), entries: [] };
  }
  const { plan, customer, nameOf } = await onSale(deps, actor, request.customerId, request.planId);
  const quoted = await quoteFor(deps, plan, customer.id, request.featureQuantities, nameOf).catch(asHeld);
  if ('held' in quoted) return { purchase: await keepHeld(deps, actor, quoted.held), entries: [] };
  const wanted = toPurchase(deps, actor, plan, customer, request, quoted, identity);
  if (wanted.total) {
    const isChange = request.checkout !== 'ALWAYS' && (await findReplaced(deps, wanted)) !== null;
    const method = isChange ? null : await methodToCharge(deps, actor, wanted, request.checkout);
    const paying = method ? attachCharged(deps, actor, wanted, method) : attachPaid(deps, actor, wanted, request);
    return { purchase: await paying, entries: [] };
  }
  if (request.checkout === 'ALWAYS') refuseInput(['checkout'], 'there is nothing to pay: use IF_REQUIRED');
  return attachFree(deps, plan, wanted);
}

/** What recurs and is held already can still have a change that waits. */
function asHeld(refusal: unknown): { readonly held: Purchase } {
  if (refusal instanceof PlanAlreadyAttachedError && refusal.purchase.subscriptionId !== null) return { held: refusal.purchase };
  throw refusal;
}

async function onSale({ catalog, customers }: AttachDeps, actor: Actor, customerId: string, planId: string) {
  const [customer, plan] = await Promise.all([customers.find(customerId), catalog.newestPlan(planId)]);
  if (!customer) throw new CustomerNotFoundError(customerId);
  if (!plan || plan.archivedAt || !mayAttach(actor, planId)) throw new PlanNotFoundError(planId);
  const features = await Promise.all(plan.items.map((item) => catalog.feature(item.featureId)));
  const names = new Map(features.flatMap((feature) => (feature ? [[feature.id, feature.name]] : [])));
  return { customer, plan, nameOf: (featureId: string) => names.get(featureId) ?? featureId };
}

export function mayAttach(actor: Actor, planId: string): boolean {
  return actor.kind === 'app' || actor.attachablePlanIds.includes(planId);
}

function toPurchase(
  deps: AttachDeps,
  actor: Actor,
  plan: Plan,
  customer: Customer,
  request: Omit<AttachInput, 'idempotencyKey'>,
  { quote: { total, lines, quantities }, onlyBought }: { readonly quote: Quote; readonly onlyBought: boolean },
  identity: Identity,
): Purchase {
  const { ids, clock, returnUrl, installationId } = deps;
  const id = ids.next('purchase');
  const now = clock.now();
  const { successUrl, cancelUrl, metadata, savePaymentMethod, allowPromotionCodes, collectTax } = request;
  const checkout: CheckoutRequest = {
    purchaseId: id,
    installationId,
    customerId: customer.id,
    customerName: customer.name,
    customerEmail: customer.email,
    lines: lines.map(toCheckoutLine),
    returnUrl: returnUrl(id),
    ...cancelPages(deps, id, cancelUrl),
    metadata,
    savePaymentMethod,
    allowPromotionCodes,
    collectTax,
  };
  return {
    ...freePurchase(id, customer.id, plan, quantities, now),
    ...(total ? { status: 'PENDING', total, checkout, settledAt: null } : {}),
    ...(onlyBought ? { onlyBought, baseGroup: null } : {}),
    selfServed: actor.kind === 'customer' && !total,
    byCustomer: actor.kind === 'customer' && total !== null,
    automatic: deps.automatic ?? false,
    // Only a customer who pays comes back from a payment page.
    successUrl: total ? successUrl : null,
    terms: fingerprint('terms', {
      ...{ version: plan.version, quantities, successUrl, cancelUrl, metadata },
      ...{ savePaymentMethod, allowPromotionCodes, collectTax },
    }),
    idempotencyKey: identity.key,
    fingerprint: identity.key === null ? null : identity.fingerprint,
  };
}

/** What a line asks of the provider, and what of the feature one of its units gives each time. */
function toCheckoutLine({ description, unitAmount, units, quantity, interval, featureId }: QuoteLine): CheckoutLine {
  const perUnit = featureId === null ? 0n : quantity / units;
  return { description, unitAmount, units: Number(units), ...(interval ? { recurring: { interval, featureId, perUnit } } : {}) };
}

/**
 * Where the app's URL can be filled in only later, the provider gets the address of our own page.
 */
function cancelPages(
  { returnUrl, canceledUrl }: AttachDeps,
  id: string,
  cancelUrl: string | null,
): Pick<CheckoutRequest, 'cancelUrl' | 'wantedCancelUrl'> {
  if (cancelUrl === null) return { cancelUrl: returnUrl(id) };
  if (needsCheckoutId(cancelUrl)) return { cancelUrl: canceledUrl(id), wantedCancelUrl: cancelUrl };
  return { cancelUrl: fillIn(cancelUrl, { id, checkoutId: null }) };
}
