/**
 * Shows the newest entries of the ledger. It reads them again when the balance's version changes.
 */
import { useBalance, useConnection } from '@brim/client/react';
import { type ReactNode, useEffect } from 'react';
import { gql, type TypedDocumentNode, useQuery } from 'urql';
import { MESSAGES } from './balance.tsx';

interface Entry {
  readonly id: string;
  readonly sequence: number;
  readonly kind: string;
  readonly amount: string;
  readonly remainingAfter: string;
  readonly occurredAt: string;
  readonly purchase: { readonly id: string; readonly plan: { readonly name: string } } | null;
}

const LEDGER: TypedDocumentNode<{ viewer: { ledger: { nodes: readonly Entry[] } } | null }, { featureId: string }> = gql`
  query Ledger($featureId: ID!) {
    viewer {
      id
      ledger(first: 50, featureId: $featureId) {
        nodes { id sequence kind amount remainingAfter occurredAt purchase { id revision plan { id key name } } }
      }
    }
  }
`;

export function LedgerPanel(): ReactNode {
  const { balance } = useBalance(MESSAGES);
  const connection = useConnection();
  const version = balance?.version;
  const [{ data, error }, read] = useQuery({ query: LEDGER, variables: { featureId: MESSAGES }, pause: true });
  useEffect(() => {
    if (version !== undefined && connection === 'live') read({ requestPolicy: 'network-only' });
  }, [version, connection, read]);
  const entries = data?.viewer?.ledger.nodes ?? [];

  return (
    <section className="panel" aria-labelledby="ledger-title">
      <h2 id="ledger-title">Ledger</h2>
      {error && <p className="trouble">The ledger could not be read. It is read again when the connection is back.</p>}
      {!error && entries.length === 0 && <p className="empty">Nothing has moved the balance yet.</p>}
      {entries.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: makes the list scroll with the keyboard.
        <section className="scroll" tabIndex={0} aria-label="Ledger entries">
          <table>
            <thead>
              <tr>
                <th scope="col">No.</th>
                <th scope="col">What</th>
                <th scope="col">Amount</th>
                <th scope="col">Left</th>
              </tr>
            </thead>
            <tbody>
              {entries.map((entry) => (
                <LedgerRow key={entry.id} entry={entry} />
              ))}
            </tbody>
          </table>
        </section>
      )}
    </section>
  );
}

function LedgerRow({
  entry: { sequence, kind, amount, remainingAfter, occurredAt, purchase },
}: {
  readonly entry: Entry;
}): ReactNode {
  return (
    <tr data-kind={kind}>
      <td>{sequence}</td>
      <th scope="row">
        {kind} {purchase && <span>{purchase.plan.name}</span>}
        <time dateTime={occurredAt}>{new Date(occurredAt).toLocaleTimeString('en-GB')}</time>
      </th>
      <td className="amount">{amount.startsWith('-') ? amount.replace('-', '−') : `+${amount}`}</td>
      <td>{remainingAfter}</td>
    </tr>
  );
}
