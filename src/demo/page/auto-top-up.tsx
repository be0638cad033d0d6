/**
 * Lets the visitor set the auto top-up of messages, and use many at once to see it work, and its
 * bound stop it. Shown once there is a card to charge.
 */
import { AutoTopUpForm, type AutoTopUpFormProps, type LiveAutoTopUp, useAutoTopUp, usePaymentMethod } from '@brim/client/react';
import { type ReactNode, useState } from 'react';
import { MESSAGES } from './balance.tsx';
import { newKey } from './new-key.ts';
import { ask, SessionError } from './session.ts';

const DEFAULTS = {
  ...{ featureId: MESSAGES, planId: 'pebble_top_up', threshold: 20, quantity: 100 },
  maxPerMonth: { amount: 20, currency: 'usd' },
} satisfies AutoTopUpFormProps;

export function AutoTopUp(): ReactNode {
  const { paymentMethod } = usePaymentMethod();
  const { autoTopUp } = useAutoTopUp(MESSAGES);
  if (!paymentMethod && !autoTopUp) return null;
  return (
    <details className="auto-top-up" data-status={autoTopUp?.status}>
      <summary>
        Automatic top-up <span className="gist">{gistOf(autoTopUp)}</span>
      </summary>
      <AutoTopUpForm {...DEFAULTS} aria-label="Automatic top-up" />
      <UseMany />
    </details>
  );
}

const GISTS = { IDLE: 'on', CHARGING: 'charging', BACKING_OFF: 'waiting', SUSPENDED: 'stopped', DISABLED: 'off' } as const;

function gistOf(autoTopUp: LiveAutoTopUp | null | undefined): string {
  return GISTS[autoTopUp?.status ?? 'DISABLED'];
}

const MANY = 50;

/** What a hundred answers would use takes a person an hour to ask. */
function UseMany(): ReactNode {
  const [{ isAsking, problem }, setState] = useState<{ isAsking: boolean; problem?: string }>({ isAsking: false });

  async function use(): Promise<void> {
    if (isAsking) return;
    setState({ isAsking: true });
    try {
      await ask('/demo/uses', { key: newKey(), count: MANY });
      setState({ isAsking: false });
    } catch (error) {
      setState({ isAsking: false, problem: error instanceof SessionError ? error.message : 'The answer broke off.' });
    }
  }

  return (
    <p className="use-many">
      <button type="button" className="button" aria-busy={isAsking} aria-disabled={isAsking} onClick={() => void use()}>
        Use {MANY} messages at once
      </button>
      <span role="alert">{problem}</span>
    </p>
  );
}
