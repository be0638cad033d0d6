/**
 * What is asked and answered: names for the types that are generated from the schema. An exact
 * decimal is text: "10", "0.25". A number is taken, too; Brim rounds its 12th place, half to even.
 */
import type * as api from '../documents/generated/graphql.ts';
import type { QueryRefusal } from './call.ts';

export type Balance = api.BalanceFieldsFragment;
/** A plan that would cover what is missing. */
export type TopUpOffer = api.OfferFieldsFragment;
export type Purchase = api.PurchaseFieldsFragment;
export type Customer = api.CustomerFieldsFragment;
export type Money = TopUpOffer['price'];
export type DecimalInput = api.FeatureQuantityInput['quantity'];

export type TrackInput = api.TrackInput;
/** NotTrackedError is none of them: the client sends that track again. */
export type TrackAnswer = Exclude<api.TrackFieldsFragment, { readonly __typename: 'NotTrackedError' }>;
export type TrackSuccess = Extract<TrackAnswer, { readonly __typename: 'TrackSuccess' }>;

/** Brim is away: the outbox has it, and will send it with this key. */
export interface TrackQueued {
  readonly __typename: 'TrackQueued';
  readonly idempotencyKey: string;
}

/**
 * A secret key is no customer's, as a customer token is: an app's server always says whose balance
 * it means.
 */
export interface CheckInput extends api.CheckInput {
  readonly customerId: string;
}

export type CheckResult = NonNullable<api.CheckQuery['check']>;
export type CheckAnswer = CheckResult | QueryRefusal<'INVALID_INPUT' | 'CUSTOMER_NOT_FOUND' | 'FEATURE_NOT_FOUND'>;

export interface AttachInput extends api.AttachPlanInput {
  readonly customerId: string;
}

export type AttachAnswer = NonNullable<api.AttachPlanMutation['attachPlan']>;

export type CreateCustomerInput = api.CreateCustomerInput;
export type CreateCustomerAnswer = NonNullable<api.CreateCustomerMutation['createCustomer']>;

export type CreateCustomerTokenInput = api.CreateCustomerTokenInput;
export type CreateCustomerTokenAnswer = NonNullable<api.CreateCustomerTokenMutation['createCustomerToken']>;

export type RevokeCustomerTokensInput = api.RevokeCustomerTokensInput;
export type RevokeCustomerTokensAnswer = NonNullable<api.RevokeCustomerTokensMutation['revokeCustomerTokens']>;
