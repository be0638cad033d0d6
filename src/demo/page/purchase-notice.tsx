/** Shows the newest purchase: how to go on paying for it, or how to get the money back. */
import { type AttachAnswer, type LivePurchase, usePurchase } from '@brim/client/react';
import { type ReactNode, useState } from 'react';
import { moneyText } from './money-text.ts';
import { RefundButton } from './refund-button.tsx';

const STORAGE_KEY = 'purchase';

export interface LastPurchase {
  readonly purchase: LivePurchase | undefined;
  /**
   * Shows the purchase of the answer, paid or declined; one with a payment page is shown when the
   * reader comes back from there.
   */
  follow(answer: AttachAnswer): void;
  /** Forgets the purchase, so that its notice goes away. */
  dismiss(): void;
}

/** The purchase that this tab began last, with its changes. */
export function useLastPurchase(): LastPurchase {
  const [id, setId] = useState(() => sessionStorage.getItem(STORAGE_KEY));
  const { purchase } = usePurchase(id);
  return {
    purchase,
    follow(answer) {
      if (answer.__typename !== 'AttachPlanSuccess' && answer.__typename !== 'PaymentFailedError') return;
      sessionStorage.setItem(STORAGE_KEY, answer.purchase.id);
      const leaves = answer.__typename === 'AttachPlanSuccess' && answer.checkoutUrl !== null;
      if (!leaves) setId(answer.purchase.id);
    },
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
          {purchase.failureReason ? 'Pay another way' : 'Go on paying'}
        </a>
      )}
      {purchase.status === 'ACTIVE' && purchase.total && <RefundButton purchaseId={purchase.id} />}
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
      if (checkoutUrl && failureReason) return `${failureReason} Nothing was charged.`;
      return checkoutUrl ? 'Not paid yet. Nothing was charged.' : 'Your payment is on its way. The number rises when it arrives.';
    case 'FAILED':
      return `The payment did not go through${failureReason ? `: ${failureReason}` : ''}. Nothing was added.`;
    case 'EXPIRED':
      return 'The payment page has expired. Nothing was charged.';
    case 'REFUNDED':
      return `${total ? moneyText(total) : 'Your money'} went back to you, and ${bought?.quantity} messages were taken back.`;
    default:
      return 'This purchase has ended.';
  }
}
