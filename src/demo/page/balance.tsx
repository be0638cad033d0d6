/** Shows what remains as the level of a vessel, which is full when nothing was used. */
import { BalanceMeter, useBalance } from '@brim/client/react';
import type { CSSProperties, ReactNode } from 'react';

export const MESSAGES = 'pebble_messages';

export function Balance(): ReactNode {
  const { balance } = useBalance(MESSAGES);
  const remaining = balance?.remaining ?? '–';
  const level = balance ? Number(balance.remaining) / Math.max(1, Number(balance.granted)) : 0;
  const style: CSSProperties & { '--level': number } = { '--level': level };
  return (
    <section className="balance" aria-labelledby="balance-title" data-left={leftOf(balance?.remaining)}>
      <h2 id="balance-title">Premium messages</h2>
      <div className="vessel" style={style}>
        <BalanceMeter featureId={MESSAGES} describe={(left) => `${left} premium messages left`} />
        <p className="number" aria-hidden="true" data-testid="remaining">
          {remaining}
        </p>
      </div>
      {balance && (
        <p className="detail">
          {balance.usage} used of {balance.granted}, version {balance.version}
        </p>
      )}
    </section>
  );
}

const FEW = 3;

function leftOf(remaining = String(FEW + 1)): 'some' | 'few' | 'none' {
  if (Number(remaining) <= 0) return 'none';
  return Number(remaining) <= FEW ? 'few' : 'some';
}
