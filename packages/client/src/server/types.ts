/** What is asked and answered, as the GraphQL schema has it. An exact decimal is text: "10", "0.25". */

/** An exact decimal. Of a number the 12th place is rounded, half to even: what JavaScript computes can be sent as it is. */
export type DecimalInput = string | number;

export interface Balance {
  readonly feature: { readonly id: string };
  readonly granted: string;
  readonly remaining: string;
  readonly held: string;
  readonly usage: string;
  readonly unlimited: boolean;
  readonly nextResetAt: string | null;
  readonly nextExpiryAt: string | null;
  /** Whoever holds version 7 ignores version 6. */
  readonly version: number;
}

export interface Money {
  readonly amount: string;
  readonly currency: string;
}

/** A plan that would cover what is missing. */
export interface TopUpOffer {
  readonly plan: { readonly id: string; readonly name: string };
  readonly feature: { readonly id: string };
  readonly quantity: string;
  readonly price: Money;
}

export interface Purchase {
  readonly id: string;
  readonly status: 'PENDING' | 'ACTIVE' | 'FAILED' | 'EXPIRED' | 'CANCELED' | 'REFUNDED';
  readonly revision: number;
  readonly total: Money | null;
  readonly plan: { readonly id: string };
}

export interface Customer {
  readonly id: string;
  readonly name: string | null;
  readonly email: string | null;
  readonly sequence: number;
  readonly balances: readonly Balance[];
}

/** A refusal: what it is called, what it says to people, and its facts. */
export type Refused<Name extends string, Facts = unknown> = { readonly __typename: Name; readonly message: string } & Facts;

export type InvalidInput = Refused<
  'InvalidInputError',
  { readonly issues: readonly { readonly path: readonly string[]; readonly message: string }[] }
>;
export type CustomerNotFound = Refused<'CustomerNotFoundError'>;
export type FeatureNotFound = Refused<'FeatureNotFoundError'>;
export type IdempotencyConflict = Refused<'IdempotencyConflictError', { readonly idempotencyKey: string }>;

export interface TrackInput {
  readonly customerId: string;
  readonly featureId: string;
  /** Above zero; left out: 1. */
  readonly value?: DecimalInput;
  readonly onShortfall?: 'CAP' | 'REJECT' | 'OVERDRAW';
  readonly occurredAt?: string;
  readonly properties?: Readonly<Record<string, unknown>>;
  /** Left out: the client makes one, and every retry uses it. */
  readonly idempotencyKey?: string;
}

export interface TrackSuccess {
  readonly __typename: 'TrackSuccess';
  readonly requested: string;
  readonly applied: string;
  readonly shortfall: string;
  readonly replayed: boolean;
  readonly balance: Balance;
  readonly entry: { readonly id: string; readonly sequence: number };
}

export type TrackAnswer =
  | TrackSuccess
  | Refused<
      'InsufficientBalanceError',
      { readonly required: string; readonly remaining: string; readonly offers: readonly TopUpOffer[] }
    >
  | InvalidInput
  | CustomerNotFound
  | FeatureNotFound
  | IdempotencyConflict;

/** Brim is away: the outbox has it, and will send it with this key. */
export interface TrackQueued {
  readonly __typename: 'TrackQueued';
  readonly idempotencyKey: string;
}

export interface CheckInput {
  readonly customerId: string;
  readonly featureId: string;
  /** Left out: 1. */
  readonly required?: DecimalInput;
}

export interface CheckResult {
  readonly __typename: 'CheckResult';
  readonly allowed: boolean;
  readonly feature: { readonly id: string };
  readonly required: string;
  readonly shortfall: string;
  /** null for a boolean feature. */
  readonly balance: Balance | null;
  readonly offers: readonly TopUpOffer[];
}

export type CheckAnswer =
  | CheckResult
  | Refused<'InvalidInputError'>
  | Refused<'CustomerNotFoundError'>
  | Refused<'FeatureNotFoundError'>;

export interface AttachInput {
  readonly customerId: string;
  readonly planId: string;
  readonly featureQuantities?: readonly { readonly featureId: string; readonly quantity: DecimalInput }[];
  readonly successUrl?: string;
  readonly cancelUrl?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly idempotencyKey?: string;
}

export type AttachAnswer =
  | {
      readonly __typename: 'AttachPlanSuccess';
      /** Where the customer pays; null: nothing is to be paid. */
      readonly checkoutUrl: string | null;
      readonly purchase: Purchase;
      readonly balances: readonly Balance[];
    }
  | Refused<'PlanAlreadyAttachedError', { readonly purchase: Purchase }>
  | Refused<'PaymentFailedError', { readonly purchase: Purchase }>
  | Refused<'PlanNotFoundError'>
  | InvalidInput
  | CustomerNotFound
  | FeatureNotFound
  | IdempotencyConflict;

export interface CreateCustomerInput {
  readonly id: string;
  readonly name?: string;
  readonly email?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

export type CreateCustomerAnswer =
  | { readonly __typename: 'CreateCustomerSuccess'; readonly created: boolean; readonly customer: Customer }
  | InvalidInput;

export interface CreateCustomerTokenInput {
  readonly customerId: string;
  /** What this customer's page may attach; left out: nothing. */
  readonly attachablePlanIds?: readonly string[];
  readonly expiresInSeconds?: number;
}

export type CreateCustomerTokenAnswer =
  | { readonly __typename: 'CreateCustomerTokenSuccess'; readonly token: string; readonly expiresAt: string }
  | CustomerNotFound
  | InvalidInput;

export interface RevokeCustomerTokensInput {
  readonly customerId: string;
}

export type RevokeCustomerTokensAnswer =
  | { readonly __typename: 'RevokeCustomerTokensSuccess'; readonly revokedAt: string }
  | CustomerNotFound
  | InvalidInput;
