import { type ReactNode, useEffect, useState } from 'react';
import { useAsk } from '../api/use-ask.ts';
import type { HoldStatus } from '../documents/generated/graphql.ts';
import { CustomerHoldsText } from '../documents/generated/texts.ts';
import { ListState } from '../parts/list-state.tsx';
import { Status } from '../parts/status.tsx';
import { StatusFilter } from '../parts/status-filter.tsx';
import { Time } from '../parts/time.tsx';
import { amountText } from '../words/amount-text.ts';

const STATUSES: readonly HoldStatus[] = ['OPEN', 'SETTLED', 'RELEASED', 'EXPIRED'];
const PAGE = 20;
/** The longest page of the API. */
const MOST = 100;

/** What is or was reserved, the newest first. */
export function HoldsPanel({ id, news }: { readonly id: string; readonly news: number }): ReactNode {
  const [status, setStatus] = useState<HoldStatus | null>(null);
  const [first, setFirst] = useState(PAGE);
  const { data, problem, isAsking, askAgain } = useAsk(CustomerHoldsText, { id, first, statuses: status && [status] });
  useEffect(() => {
    if (news > 0) askAgain();
  }, [news, askAgain]);
  const page = data?.customer?.holds;
  const holds = page?.nodes ?? [];
  return (
    <section className="panel" aria-labelledby="holds-title">
      <header className="panel-title">
        <h2 id="holds-title">Holds</h2>
        <div className="filters">
          <StatusFilter label="Status of holds" every="Every hold" statuses={STATUSES} chosen={status} onChoose={setStatus} />
        </div>
      </header>
      <ListState
        problem={problem}
        isEmpty={holds.length === 0}
        isAsking={isAsking}
        empty={status ? 'There is no such hold.' : 'Nothing was ever reserved.'}
      />
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
      {page?.pageInfo.hasNextPage && first < MOST && (
        <button type="button" className="button more" onClick={() => setFirst(Math.min(MOST, first + PAGE))}>
          Show older holds
        </button>
      )}
    </section>
  );
}
