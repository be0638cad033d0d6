import { DomainError } from '../values/errors.ts';

/** The customer who had this id before is being erased, which takes a moment. */
export class CustomerBeingErasedError extends DomainError {
  readonly code = 'CUSTOMER_BEING_ERASED';
  override readonly retryable = true;
  override readonly retryAfterSeconds = 1;

  constructor(customerId: string) {
    super(`The customer who had the id ${JSON.stringify(customerId)} before is being erased. Try again in a moment.`);
  }
}
