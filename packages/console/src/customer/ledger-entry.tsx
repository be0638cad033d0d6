import type { ReactNode } from 'react';
import type { EntryRowFragment } from '../documents/generated/graphql.ts';
import { Time } from '../parts/time.tsx';
import { amountText, changeText, isBelowZero } from '../words/amount-text.ts';
import { explainEntry, explainGrants } from '../words/explain-entry.ts';
import { elementIdOf } from './purchases-panel.tsx';

export interface EntryProps {
  readonly entry: EntryRowFragment;
  readonly keyNames: ReadonlyMap<string, string>;
}

/** One entry: the change and its reason at a glance, its ids for whoever looks closer. */
export function Entry({ entry, keyNames }: EntryProps): ReactNode {
  const { sequence, kind, amount, remainingAfter, feature, occurredAt, reason, refund, purchase } = entry;
  const grants = explainGrants(entry);
  const said = reason ?? refund?.reason;
  return (
    <li data-kind={kind} data-way={isBelowZero(amount) ? 'out' : 'in'}>
      <p className="change">
        <strong className="amount">{changeText(amount)}</strong>
        <span className="soft">{amountText(remainingAfter)} left</span>
      </p>
      <div className="why">
        <p>
          <span className="kind">{kind.toLowerCase()}</span> <strong>{explainEntry(entry)}</strong>
        </p>
        {said && <p className="said">“{said}”</p>}
        {grants && <p className="soft">{grants}.</p>}
        <p className="soft">
          {feature.name}, {whoOf(entry, keyNames)}, <Time at={occurredAt} />
        </p>
        {purchase && <PurchaseLink id={purchase.id} plan={purchase.plan.name} />}
        <details>
          <summary>Entry {sequence}</summary>
          <dl className="ids">
            {idsOf(entry).map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        </details>
      </div>
    </li>
  );
}

/** Leads to the purchase, where it is on the page. */
function PurchaseLink({ id, plan }: { readonly id: string; readonly plan: string }): ReactNode {
  const show = () => {
    const item = document.getElementById(elementIdOf(id));
    item?.scrollIntoView({ block: 'center' });
    item?.focus();
  };
  return (
    <button type="button" className="link soft" onClick={show}>
      Purchase of {plan}
    </button>
  );
}

function whoOf({ actorId, requestId }: EntryRowFragment, keyNames: ReadonlyMap<string, string>): string {
  if (actorId !== null) return `by ${keyNames.get(actorId) ?? actorId}`;
  return requestId === null ? 'by Brim itself' : 'by a caller that is not named';
}

function idsOf(entry: EntryRowFragment): readonly (readonly [name: string, value: string])[] {
  const { id, requestId, actorId, idempotencyKey, purchase, payment, refund, dispute, hold, cause, properties } = entry;
  const all: readonly (readonly [string, string | null | undefined])[] = [
    ['entry', id],
    ['belongs to', cause?.id],
    ['purchase', purchase?.id],
    ['payment', payment?.id],
    ['refund', refund?.id],
    ['dispute', dispute?.id],
    ['hold', hold?.id],
    ['key', actorId],
    ['request', requestId],
    ['idempotency key', idempotencyKey],
    ['properties', properties === null ? null : JSON.stringify(properties)],
  ];
  return all.flatMap(([name, value]) => (value === null || value === undefined ? [] : [[name, value] as const]));
}
