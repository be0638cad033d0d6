/** The ledger as a timeline: each entry with a sentence that says why it was made. */
import { type ReactNode, useState } from 'react';
import type { CustomerOverviewQuery, LedgerEntryKind } from '../documents/generated/graphql.ts';
import { ListState } from '../parts/list-state.tsx';
import { Entry } from './ledger-entry.tsx';
import { type LedgerFilter, useLedger } from './use-ledger.ts';

const KINDS: readonly LedgerEntryKind[] = [
  ...(['USAGE', 'GRANT', 'ADJUSTMENT', 'VOID', 'REVERSAL', 'HOLD', 'SETTLE', 'RELEASE'] as const),
  ...(['RESET', 'ROLLOVER', 'EXPIRY', 'CLAWBACK', 'REINSTATEMENT'] as const),
];

export interface LedgerPanelProps {
  readonly id: string;
  readonly news: number;
  /** Those that have balances. */
  readonly features: CustomerOverviewQuery['features'];
  /** The names of keys by their ids, as far as the audit log knows them. */
  readonly keyNames: ReadonlyMap<string, string>;
}

export function LedgerPanel({ id, news, features, keyNames }: LedgerPanelProps): ReactNode {
  const [filter, setFilter] = useState<LedgerFilter>({ featureId: null, kinds: null });
  const { entries, problem, hasOlder, showOlder } = useLedger(id, filter, news);
  return (
    <section className="panel ledger" aria-labelledby="ledger-title">
      <header className="panel-title">
        <h2 id="ledger-title">Ledger</h2>
        <div className="filters">
          <label htmlFor="ledger-feature" className="unseen">
            Feature
          </label>
          <select
            id="ledger-feature"
            className="field"
            value={filter.featureId ?? ''}
            onChange={({ target }) => setFilter({ ...filter, featureId: target.value || null })}
          >
            <option value="">Every feature</option>
            {features.map((feature) => (
              <option key={feature.id} value={feature.id}>
                {feature.name}
              </option>
            ))}
          </select>
          <label htmlFor="ledger-kind" className="unseen">
            Kind
          </label>
          <select
            id="ledger-kind"
            className="field"
            value={filter.kinds?.[0] ?? ''}
            onChange={({ target }) =>
              setFilter({ ...filter, kinds: target.value ? KINDS.filter((kind) => kind === target.value) : null })
            }
          >
            <option value="">Every kind</option>
            {KINDS.map((kind) => (
              <option key={kind} value={kind}>
                {kind.charAt(0)}
                {kind.slice(1).toLowerCase()}
              </option>
            ))}
          </select>
        </div>
      </header>
      <ListState
        problem={problem}
        isEmpty={(entries ?? []).length === 0}
        isAsking={entries === undefined}
        empty="No entry of this kind has moved a balance."
      />
      <ol className="timeline" aria-label="Ledger entries">
        {entries?.map((entry) => (
          <Entry key={entry.id} entry={entry} keyNames={keyNames} />
        ))}
      </ol>
      {hasOlder && (
        <button type="button" className="button more" onClick={() => void showOlder()}>
          Show older entries
        </button>
      )}
    </section>
  );
}
