/** What purchases need of a payment provider so that customers look after how they pay. */
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
}

export interface PortalRequest extends Payer {
  /** Where the page leads the customer back to. */
  readonly returnUrl: string;
}
