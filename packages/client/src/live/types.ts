/** What a page is told besides its balances. */
import type { LiveBalance } from './balances.ts';

export interface Money {
  readonly amount: string;
  readonly currency: string;
}

export interface LivePurchase {
  readonly id: string;
  readonly status: 'PENDING' | 'ACTIVE' | 'FAILED' | 'EXPIRED' | 'CANCELED' | 'REFUNDED';
  /** Whoever holds revision 3 ignores 2. */
  readonly revision: number;
  readonly checkoutUrl: string | null;
  readonly failureReason: string | null;
  readonly total: Money | null;
  readonly plan: { readonly id: string; readonly name: string };
  readonly featureQuantities: readonly { readonly feature: { readonly id: string }; readonly quantity: string }[];
}

export interface LivePlan {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly addOn: boolean;
  readonly version: number;
  readonly price: { readonly amount: Money } | null;
  readonly items: readonly {
    readonly feature: { readonly id: string; readonly name: string };
    readonly included: string;
    readonly unlimited: boolean;
    readonly price: { readonly amount: Money; readonly billingUnits: string; readonly method: 'PREPAID' | 'USAGE_BASED' } | null;
  }[];
}

export interface LiveCustomer {
  readonly id: string;
  readonly name: string | null;
  readonly email: string | null;
}

export interface AttachInput {
  readonly planId: string;
  readonly featureQuantities?: readonly { readonly featureId: string; readonly quantity: string | number }[];
  readonly successUrl?: string;
  readonly cancelUrl?: string;
}

export interface AttachSuccess {
  readonly __typename: 'AttachPlanSuccess';
  /** Where the customer pays; null: nothing is to be paid. */
  readonly checkoutUrl: string | null;
  readonly purchase: LivePurchase;
  readonly balances: readonly LiveBalance[];
}

/** A refusal is a value, too. */
export type AttachAnswer =
  | AttachSuccess
  | {
      readonly __typename:
        | 'CustomerNotFoundError'
        | 'FeatureNotFoundError'
        | 'IdempotencyConflictError'
        | 'InvalidInputError'
        | 'PaymentFailedError'
        | 'PlanAlreadyAttachedError'
        | 'PlanNotFoundError';
      readonly message: string;
    };
