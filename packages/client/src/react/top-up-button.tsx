/**
 * Buys more of a feature: a real button, that says when it is busy and why it was refused. It has
 * no style of its own.
 */
import type { ButtonHTMLAttributes, ReactNode } from 'react';
import type { AttachAnswer } from '../live/index.ts';
import { type AttachParameters, useAttachPlan } from './attach.ts';

export interface TopUpButtonProps
  extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'type' | 'onClick'>,
    Pick<AttachParameters, 'successUrl' | 'cancelUrl'> {
  readonly planId: string;
  readonly featureId: string;
  readonly quantity: number | string;
  /**
   * Called with every answer, a refusal included. The page leaves for the checkout if there is one.
   */
  readonly onAnswer?: (answer: AttachAnswer) => void;
}

export function TopUpButton(props: TopUpButtonProps): ReactNode {
  const { planId, featureId, quantity, successUrl, cancelUrl, onAnswer, children, ...rest } = props;
  const { attach, isAttaching, answer, error } = useAttachPlan();

  function buy(): void {
    if (isAttaching) return;
    const urls = { ...(successUrl === undefined ? {} : { successUrl }), ...(cancelUrl === undefined ? {} : { cancelUrl }) };
    attach({ planId, featureQuantities: [{ featureId, quantity }], ...urls }).then(onAnswer, () => undefined);
  }

  return (
    <>
      {/* Not `disabled`, which would take the focus away from the person who pressed it. */}
      <button {...rest} type="button" aria-busy={isAttaching} aria-disabled={isAttaching} onClick={buy}>
        {children}
      </button>
      <span role="alert">{error?.message ?? (answer && 'message' in answer ? answer.message : null)}</span>
    </>
  );
}
