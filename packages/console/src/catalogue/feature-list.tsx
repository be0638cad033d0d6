import type { ReactNode } from 'react';
import type { CatalogueQuery } from '../documents/generated/graphql.ts';
import { Status } from '../parts/status.tsx';
import { amountText } from '../words/amount-text.ts';

const TYPES = { METERED: 'metered', BOOLEAN: 'on or off', CREDIT_SYSTEM: 'credits' } as const;

/** What customers use, and what credits pay for. */
export function FeatureList({ features }: { readonly features: CatalogueQuery['features'] }): ReactNode {
  return (
    <section className="panel" aria-labelledby="features-title">
      <h2 id="features-title">Features</h2>
      {features.length === 0 && <p className="empty">There is no feature yet.</p>}
      <ul className="rows">
        {features.map(({ id, name, type, archivedAt, creditCosts }) => (
          <li key={id} className="row">
            <strong>
              {name} {archivedAt && <Status of="archived" />}
            </strong>
            <span>
              {TYPES[type]}
              {creditCosts.map(({ cost, feature }) => `, ${amountText(cost)} for one of ${feature.name}`).join('')}
            </span>
            <span className="soft id">{id}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
