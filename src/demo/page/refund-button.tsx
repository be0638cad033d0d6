/** Asks the page's server for the money back. The number falls when the ledger has the entry. */
import { type ReactNode, useState } from 'react';
import { ask, SessionError } from './session.ts';

export function RefundButton({ purchaseId }: { readonly purchaseId: string }): ReactNode {
  const [{ isAsking, problem }, setState] = useState<{ isAsking: boolean; problem?: string }>({ isAsking: false });

  async function askRefund(): Promise<void> {
    if (isAsking) return;
    setState({ isAsking: true });
    try {
      await ask('/demo/refunds', { purchaseId });
      setState({ isAsking: false });
    } catch (error) {
      setState({ isAsking: false, problem: error instanceof SessionError ? error.message : 'The answer broke off.' });
    }
  }

  return (
    <>
      <button type="button" className="button" aria-busy={isAsking} aria-disabled={isAsking} onClick={() => void askRefund()}>
        Ask for a refund
      </button>
      <span role="alert">{problem}</span>
    </>
  );
}
