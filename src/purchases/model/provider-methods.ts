/** What purchases need of a payment provider so that customers look after how they pay. */
import type { Load } from '../../database/loader.ts';
import type { Payer } from './checkout-line.ts';

export interface MethodsProvider {
  /**
   * Opens the provider's page for customers, with their payment methods and receipts. Each call
   * opens another page, and charges nothing.
   * @returns its address, which works for a few minutes.
   * @throws PaymentRefusedError where the provider opens none; PaymentProviderError where its
   * answer is not known.
   */
  openPortal(request: PortalRequest): Promise<string>;

  /**
   * Opens the provider's page on which a customer saves a payment method without buying. Each call
   * opens another page, and charges nothing.
   * @returns its address, which works for a day.
   * @throws as `openPortal` does.
   */
  openSetup(request: SetupRequest): Promise<string>;

  /**
   * Reads at the provider which method the customer has saved there, and records it: their default,
   * or the newest, which becomes their default. Callers at once share a read.
   * @throws PaymentProviderError where the answer is not known.
   */
  recordMethod(customerId: string): Promise<void>;

  /**
   * The payment method that the customer has saved in the present account and mode, as Brim last
   * read it from the provider, which it does not ask now; null where there is none.
   */
  readonly savedMethod: Load<string, SavedMethod | null>;

  /**
   * Notes what came of charging a saved method: another method is not affected, and a repetition
   * changes nothing.
   */
  noteMethodOutcome(outcome: MethodOutcome): Promise<void>;
}

export interface SetupRequest extends Payer {
  /** The currency in which the customer pays later: it decides which methods the page offers. */
  readonly currency: string;
  /** Where the customer goes after saving a method. */
  readonly successUrl: string;
  /** Where a customer goes who saves none; null: the page has no way back. */
  readonly cancelUrl: string | null;
}

/** What a customer can be charged with, without a page. */
export interface SavedMethod {
  /** The provider's id. */
  readonly methodId: string;
  /** Such as card, link or sepa_debit. */
  readonly type: string;
  /** Such as visa; the type where it is no card. */
  readonly brand: string;
  /** Its last four characters; empty where it has no number. */
  readonly last4: string;
  readonly expiresMonth: number | null;
  readonly expiresYear: number | null;
  /** A charge of it failed in a way that only another method mends. */
  readonly failed: boolean;
}

export interface MethodOutcome {
  readonly customerId: string;
  readonly methodId: string;
  /** True after a charge that only another method mends; false after one that succeeded. */
  readonly failed: boolean;
}

export interface PortalRequest extends Payer {
  /** Where the page leads the customer back to. */
  readonly returnUrl: string;
}
