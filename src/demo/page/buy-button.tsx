/** Buys what is offered: with the saved card in one click, or on a page that saves the card. */
import { type AttachAnswer, type LivePaymentMethod, useAttachPlan } from '@brim/client/react';
import { type ReactNode, useRef } from 'react';
import { MESSAGES } from './balance.tsx';
import { cardText } from './card-text.ts';
import { moneyText } from './money-text.ts';
import { newKey } from './new-key.ts';

export interface Offer {
  readonly plan: { readonly id: string };
  readonly quantity: string;
  readonly price: { readonly amount: string; readonly currency: string };
}

export interface BuyButtonProps {
  readonly offer: Offer;
  readonly card: LivePaymentMethod | null;
  readonly isMain: boolean;
  readonly onAnswer: (answer: AttachAnswer) => void;
}

export function BuyButton({ offer: { plan, quantity, price }, card, isMain, onAnswer }: BuyButtonProps): ReactNode {
  const { attach, isAttaching, answer, error } = useAttachPlan();
  /** Of the click that is not answered yet: a click after a lost answer charges nothing twice. */
  const key = useRef<string | null>(null);

  function buy(): void {
    if (isAttaching) return;
    key.current ??= newKey();
    const featureQuantities = [{ featureId: MESSAGES, quantity }];
    const way = { checkout: 'IF_REQUIRED', savePaymentMethod: true, idempotencyKey: key.current } as const;
    attach({ planId: plan.id, featureQuantities, ...way }).then(
      (answered) => {
        key.current = null;
        onAnswer(answered);
      },
      () => undefined,
    );
  }

  // The notice shows why a payment failed, and the way on.
  const refusal = answer && 'message' in answer && answer.__typename !== 'PaymentFailedError' ? answer.message : null;
  return (
    <>
      {/* Not `disabled`: that would take the focus off the button. */}
      <button
        type="button"
        className={isMain ? 'button primary' : 'button'}
        aria-busy={isAttaching}
        aria-disabled={isAttaching}
        onClick={buy}
      >
        <span className="unseen">Buy </span>
        <strong>{quantity}</strong>
        <span className="unseen"> for </span>
        <span className="price">{moneyText(price)}</span>
        {card && <span className="unseen"> with {cardText(card)}</span>}
      </button>
      <span role="alert">{error?.message ?? refusal}</span>
    </>
  );
}
