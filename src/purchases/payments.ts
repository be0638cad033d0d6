import type { Database } from '../database/database.ts';
import { gather, gatherById, type Load } from '../database/loader.ts';
import { writeCursor } from '../values/cursors.ts';
import { type CustomerFilter, type CustomerPage, type CustomerPageRequest, countOf, pageOf } from '../values/customer-page.ts';
import type { Page } from '../values/page.ts';
import type { Dispute, Payment, PaymentStatus, Refund } from './model/payments.ts';
import { countPages } from './tables/pages.ts';
import * as payments from './tables/payments.ts';
import * as returns from './tables/returns.ts';

/** Reads payments, and what was returned of them. All reads of one turn are one statement each. */
export interface PaymentReads {
  readonly find: Load<string, Payment | null>;
  readonly refund: Load<string, Refund | null>;
  readonly dispute: Load<string, Dispute | null>;
  /** The newest hundred, newest first. */
  readonly ofPurchase: Load<string, readonly Payment[]>;
  /** Oldest first. */
  readonly refundsOf: Load<string, readonly Refund[]>;
  /** Oldest first. */
  readonly disputesOf: Load<string, readonly Dispute[]>;
  /** A customer's payments, newest first. @throws InvalidInputError. */
  page(request: CustomerPageRequest<PaymentStatus>): Promise<Page<Payment>>;
  /** How many `page` gives on all pages; null where they are too many to count. */
  count(request: CustomerPageRequest<PaymentStatus>): Promise<number | null>;
}

export function openPaymentReads({ client }: Database): PaymentReads {
  const loadPage = gather((pages: readonly CustomerPage<PaymentStatus>[]) => payments.findPaymentPages(client, pages));
  const loadCount = gather((filters: readonly CustomerFilter<PaymentStatus>[]) => countPages(client, payments.PAYMENTS, filters));
  return {
    find: gatherById((ids) => payments.findPayments(client, ids)),
    refund: gatherById((ids) => returns.findRefunds(client, ids)),
    dispute: gatherById((ids) => returns.findDisputes(client, ids)),
    ofPurchase: gather((purchaseIds) => payments.findPaymentsOfPurchases(client, purchaseIds)),
    refundsOf: gather((paymentIds) => returns.findRefundsOfPayments(client, paymentIds)),
    disputesOf: gather((paymentIds) => returns.findDisputesOfPayments(client, paymentIds)),
    page: (request) => pageOf(request, loadPage),
    count: (request) => countOf(request, loadCount),
  };
}

/** The cursor of a payment in its customer's list. */
export function paymentCursor({ createdAt, id }: Payment): string {
  return writeCursor(createdAt.toISOString(), id);
}
