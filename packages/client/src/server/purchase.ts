/** Purchases: attaching a plan, what it would cost, and how it stands and ends. */
import type {
  CancelPurchaseInput,
  CancelPurchaseMutation,
  CustomerPurchasesQueryVariables,
  PreviewAttachInput,
  PreviewAttachQuery,
} from '../documents/generated/graphql.ts';
import {
  AttachPlanText,
  CancelPurchaseText,
  CustomerPurchasesText,
  PreviewAttachText,
  PurchaseText,
} from '../documents/generated/texts.ts';
import { type Call, type CallOptions, payloadOf, type QueryRefusal, queryRefusal, withKey } from './call.ts';
import type { InvalidInput } from './finite.ts';
import { type Page, pageOf } from './page.ts';
import type { AttachAnswer, AttachInput, Purchase } from './types.ts';

export type CancelPurchaseAnswer = NonNullable<CancelPurchaseMutation['cancelPurchase']>;
/** Of a refusal Brim gives the name and the message. */
export type PreviewAttachAnswer =
  | NonNullable<PreviewAttachQuery['previewAttach']>
  | QueryRefusal<(typeof REFUSED)[number]>
  | InvalidInput;

const REFUSED = ['INVALID_INPUT', 'CUSTOMER_NOT_FOUND', 'FEATURE_NOT_FOUND', 'PLAN_NOT_FOUND', 'PLAN_ALREADY_ATTACHED'] as const;

export interface PurchaseVerbs {
  /**
   * Gives a customer a plan, or the page on which to pay for it. Attaching it again before it is
   * paid finds the same page.
   */
  attach(input: AttachInput, options?: CallOptions): Promise<AttachAnswer>;
  /** What `attach` would charge and grant. Nothing is done. */
  previewAttach(input: PreviewAttachInput, options?: CallOptions): Promise<PreviewAttachAnswer>;
  /**
   * Ends an ACTIVE purchase, NOW or at its PERIOD_END, or gives a PENDING one up. `outcome` says
   * which: PAID_INSTEAD where the customer paid first. Canceling twice ends it once. `ifStatus:
   * 'PENDING'` never ends what is paid.
   */
  cancelPurchase(input: CancelPurchaseInput, options?: CallOptions): Promise<CancelPurchaseAnswer>;
  /** One purchase as it stands; null where there is none with this id. */
  purchase(id: string, options?: CallOptions): Promise<Purchase | null>;
  /**
   * A customer's purchases, newest first, 20 unless `first` says 1 to 100; null where there is no
   * such customer.
   */
  purchases(input: CustomerPurchasesQueryVariables, options?: CallOptions): Promise<Page<Purchase> | null>;
}

export function purchaseVerbs(call: Call): PurchaseVerbs {
  return {
    attach: (given, options) =>
      payloadOf(withKey(given), async (input) => (await call(AttachPlanText, { input }, options)).attachPlan),
    previewAttach: (given, options) =>
      payloadOf(given, async (input): Promise<PreviewAttachAnswer | null> => {
        const preview = await call(PreviewAttachText, { input }, options).catch((error) => queryRefusal(error, REFUSED));
        return 'previewAttach' in preview ? preview.previewAttach : preview;
      }),
    cancelPurchase: (given, options) =>
      payloadOf(given, async (input) => (await call(CancelPurchaseText, { input }, options)).cancelPurchase),
    purchase: async (id, options) => (await call(PurchaseText, { id }, options)).purchase,
    async purchases(input, options) {
      const { customer } = await call(CustomerPurchasesText, input, options);
      return customer && pageOf(customer.purchases);
    },
  };
}
