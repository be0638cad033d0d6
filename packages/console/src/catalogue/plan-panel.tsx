/** One plan: its newest version, and any older one that the reader chooses. */
import { type ReactNode, useId, useState } from 'react';
import { useAsk } from '../api/use-ask.ts';
import type { PlanRowFragment } from '../documents/generated/graphql.ts';
import { PlanVersionText } from '../documents/generated/texts.ts';
import { ListState } from '../parts/list-state.tsx';
import { Status } from '../parts/status.tsx';
import { Time } from '../parts/time.tsx';
import { itemText, priceText } from '../words/plan-text.ts';

export function PlanPanel({ newest }: { readonly newest: PlanRowFragment }): ReactNode {
  const [version, setVersion] = useState(newest.version);
  const id = useId();
  const versions = Array.from({ length: newest.version }, (_, index) => newest.version - index);
  return (
    <section className="panel" aria-labelledby={`${id}-title`}>
      <header className="panel-title">
        <h2 id={`${id}-title`}>
          {newest.name} {newest.archivedAt && <Status of="archived" />}
        </h2>
        {versions.length === 1 ? (
          <span className="soft">version 1</span>
        ) : (
          <span className="filters">
            <label htmlFor={`${id}-version`} className="unseen">
              Version of {newest.name}
            </label>
            <select
              id={`${id}-version`}
              className="field"
              value={version}
              onChange={({ target }) => setVersion(Number(target.value))}
            >
              {versions.map((each) => (
                <option key={each} value={each}>
                  version {each}
                  {each === newest.version && ', on sale'}
                </option>
              ))}
            </select>
          </span>
        )}
      </header>
      {version === newest.version ? <PlanFacts plan={newest} /> : <OlderVersion id={newest.id} version={version} />}
    </section>
  );
}

function OlderVersion({ id, version }: { readonly id: string; readonly version: number }): ReactNode {
  const { data, problem, isAsking } = useAsk(PlanVersionText, { id, version });
  if (!data?.plan) return <ListState problem={problem} isEmpty isAsking={isAsking} empty="There is no such version." />;
  return <PlanFacts plan={data.plan} />;
}

const KINDS = { ADD_ON: 'add-on', BASE: 'base plan', ONE_OFF: 'one-off' } as const;

function PlanFacts({ plan }: { readonly plan: PlanRowFragment }): ReactNode {
  const { id, description, kind, group, autoEnable, createdAt, items } = plan;
  return (
    <>
      <p className="plan-price">
        <strong>{priceText(plan)}</strong>{' '}
        <span className="soft">
          {KINDS[kind]}
          {group && ` of the group ${group}`}
          {autoEnable && ', for every new customer'}, since <Time at={createdAt} />
        </span>
      </p>
      {description && <p className="plan-about">{description}</p>}
      <ul className="rows">
        {items.map((item) => (
          <li key={item.feature.id} className="row">
            <strong>{item.feature.name}</strong>
            <span>{itemText(item)}</span>
          </li>
        ))}
      </ul>
      <p className="soft id plan-about">{id}</p>
    </>
  );
}
