import type { Dispute, Payment, Refund } from '../src/purchases/model/payments.ts';
import { builder } from './builder.ts';
import type { Context } from './context.ts';
import { Lazy, type MaybeLazy } from './lazy.ts';

/** Declared apart from payment.ts, because ledger entries and purchases refer to payments. */
export const PaymentRef = builder.objectRef<MaybeLazy<Payment>>('Payment');
export const RefundRef = builder.objectRef<MaybeLazy<Refund>>('Refund');
export const DisputeRef = builder.objectRef<MaybeLazy<Dispute>>('Dispute');

/** The payment that another object refers to, read once a field of it is selected. */
export function lazyPayment({ purchases }: Context, id: string | null): Lazy<Payment> | null {
  return id === null ? null : new Lazy(id, () => purchases.payments.find(id));
}

/** The refund that another object refers to. */
export function lazyRefund({ purchases }: Context, id: string | null): Lazy<Refund> | null {
  return id === null ? null : new Lazy(id, () => purchases.payments.refund(id));
}

/** The dispute that another object refers to. */
export function lazyDispute({ purchases }: Context, id: string | null): Lazy<Dispute> | null {
  return id === null ? null : new Lazy(id, () => purchases.payments.dispute(id));
}
