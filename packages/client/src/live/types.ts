/** What a page asks and is told: names for the types that are generated from the schema. */
import type * as api from '../documents/generated/graphql.ts';

export type LivePurchase = api.PurchaseFieldsFragment;
export type LivePlan = api.PlanFieldsFragment;
export type LiveCustomer = Omit<NonNullable<api.ViewerCustomerQuery['viewer']>, 'balances'>;
/** What the app's server read with `snapshot` of `@brim/client/server`. */
export type CustomerSnapshot = NonNullable<api.CustomerSnapshotQuery['customer']>;
export type Money = NonNullable<LivePurchase['total']>;

/** Whose it is says the page's token. */
export type AttachInput = Pick<api.AttachPlanInput, 'planId' | 'featureQuantities' | 'checkout' | 'successUrl' | 'cancelUrl'>;

/** A refusal is a value, too. */
export type AttachAnswer = NonNullable<api.AttachPlanMutation['attachPlan']>;
export type AttachSuccess = Extract<AttachAnswer, { readonly __typename: 'AttachPlanSuccess' }>;
