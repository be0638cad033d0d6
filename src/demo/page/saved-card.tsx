/** Shows the card that the buttons above it charge, with the way to another one. */
import { type LivePaymentMethod, useOpenPortal } from '@brim/client/react';
import type { ReactNode } from 'react';
import { cardText } from './card-text.ts';

export function SavedCard({ card }: { readonly card: LivePaymentMethod }): ReactNode {
  const { openPortal, isOpening, answer, error } = useOpenPortal();
  const change = () => void (isOpening || openPortal().catch(() => undefined));
  return (
    <p className="saved-card">
      One click pays with <b>{cardText(card)}</b>.{' '}
      <button type="button" className="link" aria-disabled={isOpening} onClick={change}>
        Change card
      </button>
      <span role="alert">{error?.message ?? (answer && 'message' in answer ? answer.message : null)}</span>
    </p>
  );
}
