/**
 * How much is left, for eyes and for screen readers. It has no style of its own: it says what it
 * shows, and CSS draws it.
 */
import type { CSSProperties, HTMLAttributes, ReactNode } from 'react';
import type { LiveBalance } from '../live/index.ts';
import { useBalance } from './balance.ts';

/**
 * - `loading`: not known yet; `unknown`: it cannot be had, as where the app's server gives no token
 * - `overdrawn`: below zero; `empty`: zero; `low`: no more than `lowRatio` of what was granted;
 *   `available`: more
 * - `unlimited`: any amount can be used
 */
export type BalanceState = 'loading' | 'unknown' | 'overdrawn' | 'empty' | 'low' | 'available' | 'unlimited';

export interface BalanceMeterProps extends Omit<HTMLAttributes<HTMLDivElement>, 'children' | 'role'> {
  readonly featureId: string;
  /** What it is called; left out: the feature's name. */
  readonly label?: string;
  /** The words for the number; left out: "5 of 10 left". */
  readonly describe?: (remaining: string, granted: string) => string;
  /** The share of what was granted up to which the state is `low`; left out: 0.2. */
  readonly lowRatio?: number;
}

interface Meter {
  readonly state: BalanceState;
  readonly now: number;
  readonly max: number;
  readonly ratio: number;
}

const LOW_RATIO = 0.2;
const inEnglish = (remaining: string, granted: string) => `${remaining} of ${granted} left`;

/**
 * A meter, and beside it the number in words, which a screen reader says when it changes. The outer
 * element has `data-state`, a BalanceState, and `--brim-ratio`, from 0 to 1: what remains of what
 * was granted.
 */
export function BalanceMeter(props: BalanceMeterProps): ReactNode {
  const { featureId, label, describe = inEnglish, lowRatio = LOW_RATIO, style, ...rest } = props;
  const { balance, isLoading } = useBalance(featureId);
  const name = label ?? balance?.feature.name ?? featureId;
  const { state, now, max, ratio } = meterOf(balance, isLoading, lowRatio);
  const drawn: CSSProperties & { readonly '--brim-ratio': number } = { ...style, '--brim-ratio': ratio };
  const text = wordsFor(balance, isLoading, describe);
  return (
    <div {...rest} style={drawn} data-brim="balance" data-state={state}>
      {/* biome-ignore lint/a11y/useSemanticElements: a native meter is drawn by each browser in its own way, and cannot be restyled. */}
      <div
        role="meter"
        aria-label={name}
        aria-busy={isLoading}
        aria-valuemin={0}
        aria-valuenow={now}
        aria-valuemax={max}
        aria-valuetext={text}
      />
      <output aria-live="polite" aria-label={name}>
        {text}
      </output>
    </div>
  );
}

function meterOf(balance: LiveBalance | undefined, isLoading: boolean, lowRatio: number): Meter {
  if (!balance) return { state: isLoading ? 'loading' : 'unknown', now: 0, max: 1, ratio: 0 };
  if (balance.unlimited) return { state: 'unlimited', now: 1, max: 1, ratio: 1 };
  const remaining = Number(balance.remaining);
  const granted = Number(balance.granted);
  const now = Math.max(0, remaining);
  const max = Math.max(now, granted, 1);
  if (remaining <= 0) return { state: remaining < 0 ? 'overdrawn' : 'empty', now, max, ratio: 0 };
  return { state: remaining <= lowRatio * granted ? 'low' : 'available', now, max, ratio: Math.min(1, now / granted) };
}

function wordsFor(
  balance: LiveBalance | undefined,
  isLoading: boolean,
  describe: NonNullable<BalanceMeterProps['describe']>,
): string {
  if (!balance) return isLoading ? '…' : '–';
  return balance.unlimited ? '∞' : describe(balance.remaining, balance.granted);
}
