/** The options of the plugin, with the names that other plugins of better-auth use. */
import type { GenericEndpointContext, User } from 'better-auth';
import type { Brim } from '../server/brim.ts';
import type { CreateCustomerInput, CreateCustomerTokenInput, Customer } from '../server/types.ts';

/** With the columns of other plugins, and those of the app. */
export type AuthUser = User & Readonly<Record<string, unknown>>;
/** null where the app's own code changes users outside of a request. */
export type EndpointContext = GenericEndpointContext | null;

export interface BrimPluginOptions {
  /**
   * What `openBrim` gave: it stays the app's to close. Its key needs the scope CUSTOMERS, PURCHASES
   * too if tokens may buy, and ADMIN if customers are erased.
   */
  readonly client: Pick<
    Brim,
    'createCustomer' | 'updateCustomer' | 'customer' | 'eraseCustomer' | 'createCustomerToken' | 'revokeCustomerTokens'
  >;
  /**
   * Default: true. With false the app makes customers itself, such as once an email address is
   * verified, and a user gets no token before that.
   */
  readonly createCustomerOnSignUp?: boolean;
  /**
   * What the customer has beside, or in the place of, the user's name and email. Called when the
   * customer is made; when the user is changed, only its name and email count.
   */
  readonly getCustomerCreateParams?: (
    user: AuthUser,
    ctx: EndpointContext,
  ) => Omit<CreateCustomerInput, 'id'> | Promise<Omit<CreateCustomerInput, 'id'>>;
  /** Called after the customer was made, once at most. What it throws is logged. */
  readonly onCustomerCreate?: (
    made: { readonly customer: Customer; readonly user: AuthUser },
    ctx: EndpointContext,
  ) => void | Promise<void>;
  /** What a token may do beside reading, and how long. Left out: nothing, and 900 seconds. */
  readonly getTokenParams?: (
    user: AuthUser,
    ctx: GenericEndpointContext,
  ) => Omit<CreateCustomerTokenInput, 'customerId'> | Promise<Omit<CreateCustomerTokenInput, 'customerId'>>;
  /**
   * Default: `keep`, with which balances and purchases stay, and tokens are revoked. `erase` takes
   * every word about the customer away, and keeps the numbers under a random id.
   */
  readonly onUserDelete?: 'keep' | 'erase';
}
