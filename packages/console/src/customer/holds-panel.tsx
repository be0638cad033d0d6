import { type ReactNode, useEffect } from 'react';
import { useAsk } from '../api/use-ask.ts';
import { CustomerHoldsText } from '../documents/generated/texts.ts';
import { ListState } from '../parts/list-state.tsx';
import { Status } from '../parts/status.tsx';
import { Time } from '../parts/time.tsx';
import { amountText } from '../words/amount-text.ts';

/** The newest holds, each once: one that credits pay for has several entries. */
export function HoldsPanel({ id, news }: { readonly id: string; readonly news: number }): ReactNode {
  const { data, problem, isAsking, askAgain } = useAsk(CustomerHoldsText, { id });
  useEffect(() => {
    if (news > 0) askAgain();
  }, [news, askAgain]);
  const placed = (data?.customer?.ledger.nodes ?? []).flatMap(({ hold }) => hold ?? []);
  const holds = [...new Map(placed.map((hold) => [hold.id, hold])).values()];
  return (
    <section className="panel" aria-labelledby="holds-title">
      <h2 id="holds-title">Holds</h2>
      <ListState problem={problem} isEmpty={holds.length === 0} isAsking={isAsking} empty="Nothing was ever reserved." />
      <ul className="rows">
        {holds.map(({ id: holdId, amount, status, feature, createdAt, expiresAt, settledAmount }) => (
          <li key={holdId} className="row">
            <strong>
              {amountText(amount)} {feature.name} <Status of={status} />
            </strong>
            <span className="soft">
              {settledAmount !== null && `settled with ${amountText(settledAmount)}, `}
              placed <Time at={createdAt} />
              {status === 'OPEN' && (
                <>
                  , ends by itself <Time at={expiresAt} />
                </>
              )}
            </span>
            <span className="soft id">{holdId}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
