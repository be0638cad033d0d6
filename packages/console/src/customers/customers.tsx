/** All customers, the newest first, and a search by id, name or email. */
import { type ReactNode, useDeferredValue, useEffect, useState } from 'react';
import { useConsole } from '../api/console.tsx';
import { useAsk } from '../api/use-ask.ts';
import type { CustomersQuery } from '../documents/generated/graphql.ts';
import { CustomersText } from '../documents/generated/texts.ts';
import { ListState } from '../parts/list-state.tsx';
import { Time } from '../parts/time.tsx';
import { customerHref } from '../route/route.ts';

type Row = NonNullable<CustomersQuery['customers']>['nodes'][number];

/** How long the reader must not have typed before it is searched. */
const TYPING_MS = 200;

export function Customers(): ReactNode {
  const [typed, setTyped] = useState('');
  const search = useSettled(typed.trim());
  return (
    <section aria-labelledby="customers-title">
      <header className="title">
        <h1 id="customers-title">Customers</h1>
        <search>
          <label htmlFor="search" className="unseen">
            Search by id, name or email
          </label>
          <input
            id="search"
            type="search"
            className="field"
            value={typed}
            onChange={({ target }) => setTyped(target.value)}
            maxLength={200}
            placeholder="Search by id, name or email"
            autoComplete="off"
            spellCheck={false}
          />
        </search>
      </header>
      <Found key={search} search={search} />
    </section>
  );
}

function Found({ search }: { readonly search: string }): ReactNode {
  const { ask } = useConsole();
  const { data, problem, isAsking } = useAsk(CustomersText, { search: search === '' ? null : search, after: null });
  const [{ more, failure }, setMore] = useState<{ more?: NonNullable<CustomersQuery['customers']>[]; failure?: string }>({});
  const pages = data?.customers ? [data.customers, ...(more ?? [])] : [];
  const rows = pages.flatMap(({ nodes }) => nodes);
  const end = pages.at(-1)?.pageInfo;
  const shown = useDeferredValue(rows.length);

  async function showMore(): Promise<void> {
    try {
      const { customers } = await ask(CustomersText, { search: search === '' ? null : search, after: end?.endCursor ?? null });
      if (customers) setMore({ more: [...(more ?? []), customers] });
    } catch (error) {
      setMore({ more: more ?? [], failure: error instanceof Error ? error.message : String(error) });
    }
  }

  return (
    <>
      <p className="unseen" role="status" aria-label="Found">
        {isAsking ? '' : `${shown}${end?.hasNextPage ? ' or more' : ''} customers`}
      </p>
      <div className="panel">
        <ListState
          problem={problem ?? failure}
          isEmpty={rows.length === 0}
          isAsking={isAsking}
          empty={search === '' ? 'There is no customer yet.' : 'No customer has this in its id, name or email.'}
        />
        {rows.length > 0 && (
          <ul className="rows">
            {rows.map((row) => (
              <CustomerRow key={row.id} row={row} />
            ))}
          </ul>
        )}
      </div>
      {end?.hasNextPage && (
        <button type="button" className="button more" onClick={() => void showMore()}>
          Show more
        </button>
      )}
    </>
  );
}

function CustomerRow({ row: { id, name, email, createdAt, erasedAt } }: { readonly row: Row }): ReactNode {
  return (
    <li>
      <a className="row" href={customerHref(id)}>
        <strong>{name ?? id}</strong>
        <span className="soft">{[name === null ? null : id, email].filter((each) => each !== null).join(' · ')}</span>
        <span className="soft end">{erasedAt ? 'erased' : <Time at={createdAt} />}</span>
      </a>
    </li>
  );
}

/** The text once it has not changed for a moment. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), TYPING_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}
