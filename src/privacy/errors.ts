import type { Hold } from '../ledger/model/types.ts';
import type { Purchase } from '../purchases/model/types.ts';
import { DomainError } from '../values/errors.ts';

/**
 * Money is on its way, or an amount is reserved. Erasing now would leave nobody to whom it belongs.
 */
export class CustomerNotErasableError extends DomainError {
  readonly code = 'CUSTOMER_NOT_ERASABLE';
  readonly customerId: string;
  readonly purchases: readonly Purchase[];
  readonly holds: readonly Hold[];

  constructor(customerId: string, purchases: readonly Purchase[], holds: readonly Hold[]) {
    super(
      'This customer has something that is not finished: a purchase that is open or charged again and again, a payment, refund or ' +
        'dispute that is not decided, or an open hold. Cancel or settle it first, or wait for its end. Nothing was erased.',
      { facts: { customerId } },
    );
    this.customerId = customerId;
    this.purchases = purchases;
    this.holds = holds;
  }
}
