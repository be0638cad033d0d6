import type { ReactNode } from 'react';
import type { Asked } from '../api/use-ask.ts';
import type { CustomerAuditQuery } from '../documents/generated/graphql.ts';
import { ListState } from '../parts/list-state.tsx';
import { Status } from '../parts/status.tsx';
import { Time } from '../parts/time.tsx';

/** Who changed what about the customer. Uses are in the ledger. */
export function AuditPanel({ audit }: { readonly audit: Asked<CustomerAuditQuery> }): ReactNode {
  const entries = audit.data?.auditLog?.nodes ?? [];
  return (
    <section className="panel" aria-labelledby="audit-title">
      <h2 id="audit-title">Who did what</h2>
      <ListState
        problem={audit.problem}
        isEmpty={entries.length === 0}
        isAsking={audit.isAsking}
        empty="Nothing was changed by a caller."
      />
      <ul className="rows">
        {entries.map(({ id, at, operation, outcome, reason, requestId, actor }) => (
          <li key={id} className="row">
            <strong>
              {operation} <Status of={outcome} />
            </strong>
            <span>by {actor.name ?? actor.id ?? actor.type.toLowerCase().replaceAll('_', ' ')}</span>
            {reason && <span>“{reason}”</span>}
            <span className="soft end">
              <Time at={at} />
            </span>
            <span className="soft id">request {requestId}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
