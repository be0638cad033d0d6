/** How much is left, for eyes and for screen readers. It has no style of its own. */
import type { HTMLAttributes, ReactNode } from 'react';
import { useBalance } from './balance.ts';

export interface BalanceMeterProps extends Omit<HTMLAttributes<HTMLDivElement>, 'children' | 'role'> {
  readonly featureId: string;
  /** What it is called; left out: the feature's name. */
  readonly label?: string;
  /** The words for the number; left out: "5 of 10 left". */
  readonly describe?: (remaining: string, granted: string) => string;
}

const inEnglish = (remaining: string, granted: string) => `${remaining} of ${granted} left`;

/** A meter, and beside it the number in words, which a screen reader says when it changes. */
export function BalanceMeter({ featureId, label, describe = inEnglish, ...rest }: BalanceMeterProps): ReactNode {
  const { balance, isLoading } = useBalance(featureId);
  const name = label ?? balance?.feature.name ?? featureId;
  const { remaining = '0', granted = '0', unlimited = false } = balance ?? {};
  const now = unlimited ? 1 : Math.max(0, Number(remaining));
  const text = wordsFor();
  return (
    <div {...rest} data-brim="balance">
      {/* biome-ignore lint/a11y/useSemanticElements: a native meter is drawn by each browser in its own way, and cannot be restyled. */}
      <div
        role="meter"
        aria-label={name}
        aria-busy={isLoading}
        aria-valuemin={0}
        aria-valuenow={now}
        aria-valuemax={unlimited ? 1 : Math.max(now, Number(granted), 1)}
        aria-valuetext={text}
      />
      <output aria-live="polite" aria-label={name}>
        {text}
      </output>
    </div>
  );

  function wordsFor(): string {
    if (!balance) return isLoading ? '…' : '–';
    return unlimited ? '∞' : describe(remaining, granted);
  }
}
