import type { ReactNode } from 'react';
import { Time } from '../parts/time.tsx';
import { amountText } from '../words/amount-text.ts';
import { intervalText } from '../words/interval-text.ts';
import type { CustomerRecord } from './customer-record.ts';

/** The limits of use, as they are now. Nothing where there is none. */
export function UsageLimits({ limits }: { readonly limits: CustomerRecord['usageLimits'] }): ReactNode {
  if (limits.length === 0) return null;
  return (
    <section className="panel" aria-labelledby="limits-title">
      <h2 id="limits-title">Usage limits</h2>
      <ul className="rows">
        {limits.map(({ id, feature, max, used, held, per, resetsAt }) => (
          <li key={id} className="row">
            <strong>{feature.name}</strong>
            <span>
              {amountText(used)} of {amountText(max)} used each {intervalText(per)}
              {Number(held) > 0 && `, ${amountText(held)} held`}
            </span>
            <span className="soft end">
              new window <Time at={resetsAt} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
