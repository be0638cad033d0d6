/**
 * What promotion codes take off a sum, and what tax adds to it. Pure, in minor units.
 *
 * The sandbox knows a few codes by heart, as it knows the test cards, and one rate of tax, wherever
 * the customer lives. A code counts for the first payment only.
 */
import type Stripe from 'stripe';

export interface Promotion {
  readonly code: string;
  readonly percentOff: number;
}

export const PROMOTIONS: readonly Promotion[] = [
  { code: 'HALF', percentOff: 50 },
  { code: 'FREE', percentOff: 100 },
];

/** Codes are the same in capitals and small letters, as at Stripe. */
export function promotionOf(code: string): Promotion | undefined {
  return PROMOTIONS.find((each) => each.code === code.trim().toUpperCase());
}

const TAX_PERCENT = 20;

export interface Adjusted {
  readonly discount: number;
  readonly tax: number;
  /** With tax, and less the discount. */
  readonly total: number;
}

export interface Adjustment {
  readonly promotion?: Promotion | undefined;
  /** Tax is added to what is left after the discount. */
  readonly isTaxed: boolean;
}

export function adjusted(subtotal: number, { promotion, isTaxed }: Adjustment): Adjusted {
  const discount = percentOf(subtotal, promotion?.percentOff ?? 0);
  const tax = isTaxed ? percentOf(subtotal - discount, TAX_PERCENT) : 0;
  return { discount, tax, total: subtotal - discount + tax };
}

function percentOf(amount: number, percent: number): number {
  return Math.round((amount * percent) / 100);
}

/** An open session with what the customer will be charged, once code and address are known. */
export function withTotals(session: Stripe.Checkout.Session, promotion: Promotion | undefined): Stripe.Checkout.Session {
  const isTaxed = session.automatic_tax.enabled;
  const { discount, tax, total } = adjusted(session.amount_subtotal ?? 0, { promotion, isTaxed });
  return {
    ...session,
    amount_total: total,
    automatic_tax: { ...session.automatic_tax, status: isTaxed ? 'complete' : null },
    discounts: promotion ? [{ coupon: null, promotion_code: promotionId(promotion) }] : [],
    total_details: { amount_discount: discount, amount_shipping: 0, amount_tax: tax },
  };
}

function promotionId({ code }: Promotion): string {
  return `promo_${code.toLowerCase()}`;
}

/** The fields of an invoice that say what was taken off, and which tax is added. */
export function invoiceTotals(
  subtotal: number,
  adjustment: Adjustment,
): Pick<
  Stripe.Invoice,
  'subtotal' | 'subtotal_excluding_tax' | 'total' | 'total_excluding_tax' | 'total_discount_amounts' | 'total_taxes'
> {
  const { discount, tax, total } = adjusted(subtotal, adjustment);
  return {
    subtotal,
    subtotal_excluding_tax: subtotal,
    total,
    total_excluding_tax: total - tax,
    total_discount_amounts: adjustment.promotion ? [{ amount: discount, discount: `di_${adjustment.promotion.code}` }] : [],
    total_taxes: adjustment.isTaxed
      ? [
          {
            amount: tax,
            tax_behavior: 'exclusive',
            tax_rate_details: null,
            taxability_reason: 'standard_rated',
            taxable_amount: subtotal - discount,
            type: 'tax_rate_details',
          },
        ]
      : [],
  };
}
