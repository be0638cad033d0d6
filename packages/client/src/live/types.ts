/** Names for the generated types of a page's requests and answers. */
import type * as api from '../documents/generated/graphql.ts';

export type LivePurchase = api.PurchaseFieldsFragment;
export type LivePlan = api.PlanFieldsFragment;
export type LiveCustomer = Omit<NonNullable<api.ViewerCustomerQuery['viewer']>, 'balances'>;
/** What the app's server read with `snapshot` of `@brim/client/server`. */
export type CustomerSnapshot = NonNullable<api.CustomerSnapshotQuery['customer']>;
export type Money = NonNullable<LivePurchase['total']>;

/** The customer is the one of the page's token. */
export type AttachInput = Pick<
  api.AttachPlanInput,
  'planId' | 'featureQuantities' | 'checkout' | 'savePaymentMethod' | 'idempotencyKey' | 'successUrl' | 'cancelUrl'
>;

export type LivePaymentMethod = NonNullable<NonNullable<api.ViewerPaymentMethodQuery['viewer']>['paymentMethod']>;
export type SetupInput = Pick<api.CreateSetupSessionInput, 'successUrl' | 'cancelUrl'>;
export type SetupAnswer = NonNullable<api.CreateSetupSessionMutation['createSetupSession']>;
export type PortalInput = Pick<api.CreatePortalSessionInput, 'returnUrl'>;
export type PortalAnswer = NonNullable<api.CreatePortalSessionMutation['createPortalSession']>;
export type CancelInput = api.CancelPurchaseInput;
export type CancelAnswer = NonNullable<api.CancelPurchaseMutation['cancelPurchase']>;

export type LiveAutoTopUp = api.AutoTopUpFieldsFragment;
export type SetAutoTopUpInput = Omit<api.SetAutoTopUpInput, 'customerId'>;
export type SetAutoTopUpAnswer = NonNullable<api.SetAutoTopUpMutation['setAutoTopUp']>;

/** What may be used of a feature in one window. */
export type LiveUsageLimit = api.UsageLimitFieldsFragment;

/** The answer, which may be a refusal. */
export type AttachAnswer = NonNullable<api.AttachPlanMutation['attachPlan']>;
export type AttachSuccess = Extract<AttachAnswer, { readonly __typename: 'AttachPlanSuccess' }>;
