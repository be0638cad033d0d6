/** Shows the status of the purchase for which the reader went to the payment page. */
import { type LivePurchase, usePurchase } from '@brim/client/react';
import { type ReactNode, useState } from 'react';
import { moneyText } from './money-text.ts';

const STORAGE_KEY = 'purchase';

export function rememberPurchase(id: string): void {
  sessionStorage.setItem(STORAGE_KEY, id);
}

export interface LastPurchase {
  readonly purchase: LivePurchase | undefined;
  /** Forgets the purchase, so that its notice goes away. */
  dismiss(): void;
}

/** The purchase that this tab began last, with its changes. */
export function useLastPurchase(): LastPurchase {
  const [id, setId] = useState(() => sessionStorage.getItem(STORAGE_KEY));
  const { purchase } = usePurchase(id);
  return {
    purchase,
    dismiss() {
      sessionStorage.removeItem(STORAGE_KEY);
      setId(null);
    },
  };
}

/**
 * True if the customer has paid and the payment has not arrived yet. The page makes no offers then.
 */
export function isOnItsWay(purchase: LivePurchase | undefined): boolean {
  return purchase?.status === 'PENDING' && !purchase.checkoutUrl;
}

export interface PurchaseNoticeProps {
  readonly purchase: LivePurchase | undefined;
  readonly onDismiss: () => void;
}

export function PurchaseNotice({ purchase, onDismiss }: PurchaseNoticeProps): ReactNode {
  if (!purchase) return null;
  return (
    <div className="notice" data-status={purchase.status}>
      <p role="status" aria-label="Purchase">
        {wordsFor(purchase)}
      </p>
      {purchase.status === 'PENDING' && purchase.checkoutUrl && (
        <a className="button" href={purchase.checkoutUrl}>
          Go on paying
        </a>
      )}
      <button type="button" className="button quiet" onClick={onDismiss}>
        Close
      </button>
    </div>
  );
}

function wordsFor({ status, checkoutUrl, featureQuantities: [bought], total, failureReason }: LivePurchase): string {
  switch (status) {
    case 'ACTIVE':
      return `Thank you. ${bought?.quantity} messages for ${total ? moneyText(total) : 'nothing'} are yours.`;
    case 'PENDING':
      return checkoutUrl ? 'Not paid yet. Nothing was charged.' : 'Your payment is on its way. The number rises when it arrives.';
    case 'FAILED':
      return `The payment did not go through${failureReason ? `: ${failureReason}` : ''}. Nothing was added.`;
    case 'EXPIRED':
      return 'The payment page has expired. Nothing was charged.';
    default:
      return 'This purchase has ended.';
  }
}
