/** Every change of every balance while the page is open: how many a second, and of whom. */
import type { ReactNode } from 'react';
import { Time } from '../parts/time.tsx';
import { customerHref } from '../route/route.ts';
import { amountText, changeText } from '../words/amount-text.ts';
import { useEveryChange } from './use-every-change.ts';

export function LivePage(): ReactNode {
  const { total, customers, perSecond, newest, problem } = useEveryChange();
  const now = perSecond.at(-1) ?? 0;
  const top = Math.max(1, ...perSecond);
  return (
    <section aria-labelledby="live-title">
      <header className="title">
        <h1 id="live-title">Live</h1>
      </header>
      {problem && (
        <p className="trouble" role="alert">
          {problem}
        </p>
      )}
      <div className="column">
        <dl className="counters">
          <Counter name="changes a second" value={now} />
          <Counter name="changes since this page opened" value={total} />
          <Counter name="customers touched" value={customers} />
        </dl>
        <div className="panel">
          <svg
            className="seconds"
            viewBox={`0 0 ${perSecond.length} 20`}
            preserveAspectRatio="none"
            role="img"
            aria-label={`Changes in each of the last ${perSecond.length} seconds, at most ${top}`}
          >
            {perSecond.map((count, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a bar is its place.
              <rect key={index} x={index + 0.1} width={0.8} y={20 - (20 * count) / top} height={(20 * count) / top} />
            ))}
          </svg>
        </div>
        <section className="panel" aria-labelledby="newest-title">
          <h2 id="newest-title">The newest changes</h2>
          {newest.length === 0 && <p className="empty">Nothing has moved since this page opened.</p>}
          <ol className="rows" aria-label="The newest changes">
            {newest.map(({ customer, balance, entry }) => (
              <li key={entry.id}>
                <a className="row" href={customerHref(customer.id)}>
                  <strong>
                    <span className="amount">{changeText(entry.amount)}</span> {entry.feature.name}
                  </strong>
                  <span className="soft">
                    {entry.kind.toLowerCase()}, {balance.unlimited ? 'unlimited' : `${amountText(balance.remaining)} left`},{' '}
                    {customer.id}
                  </span>
                  <span className="soft end">
                    <Time at={entry.occurredAt} />
                  </span>
                </a>
              </li>
            ))}
          </ol>
        </section>
      </div>
    </section>
  );
}

function Counter({ name, value }: { readonly name: string; readonly value: number }): ReactNode {
  return (
    <div className="panel counter">
      <dt>{name}</dt>
      <dd>{value.toLocaleString('en')}</dd>
    </div>
  );
}
