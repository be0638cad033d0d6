/**
 * Which of a customer's payment methods is charged without a page. Pure.
 *
 * A method that is newer than all before becomes the customer's default at Stripe, once: the
 * customer's metadata note the newest that was. After that the default is what the customer, or the
 * dashboard, makes it. So the choice follows from what Stripe has, and not from the event that
 * asked for it.
 */
import type Stripe from 'stripe';
import { idOf } from './checkout.ts';
import type { MethodFacts } from './tables/payment-methods.ts';

/** Where a customer's metadata note the newest method: when it was made, and its id. */
export const NEWEST_METHOD = 'brim_newest_method';

export interface Chosen {
  readonly method: Stripe.PaymentMethod | null;
  /** Set where Stripe is to be told: the method becomes the default, and this the note. */
  readonly newNote: string | undefined;
}

/** @param methods all methods of the customer; those of one second stand as Stripe lists them. */
export function chooseMethod(
  { invoice_settings: settings, metadata }: Pick<Stripe.Customer, 'invoice_settings' | 'metadata'>,
  methods: readonly Stripe.PaymentMethod[],
): Chosen {
  const [newest] = methods.toSorted((one, other) => other.created - one.created);
  if (!newest) return { method: null, newNote: undefined };
  const defaultId = idOf(settings.default_payment_method);
  const present = methods.find(({ id }) => id === defaultId);
  const [createdBefore = '0', idBefore] = metadata[NEWEST_METHOD]?.split(' ') ?? [];
  const isNewer = newest.created > Number(createdBefore) || (newest.created === Number(createdBefore) && newest.id !== idBefore);
  if (present && !isNewer) return { method: present, newNote: undefined };
  return { method: newest, newNote: `${newest.created} ${newest.id}` };
}

/** What Brim keeps of a method. Not every method is a card. */
export function toFacts(method: Stripe.PaymentMethod): MethodFacts {
  const { id, type, card } = method;
  const { us_bank_account, sepa_debit, bacs_debit, acss_debit, au_becs_debit } = method;
  const account = us_bank_account ?? sepa_debit ?? bacs_debit ?? acss_debit ?? au_becs_debit;
  return {
    methodId: id,
    type,
    brand: card?.brand ?? type,
    last4: card?.last4 ?? account?.last4 ?? '',
    expiresMonth: card?.exp_month ?? null,
    expiresYear: card?.exp_year ?? null,
    fingerprint: card?.fingerprint ?? account?.fingerprint ?? null,
  };
}
