/**
 * The entries that are shown: the newest page, which is read again with each push, and the older
 * pages that the reader asked for.
 */
import { useEffect, useState } from 'react';
import { useConsole } from '../api/console.tsx';
import { useAsk } from '../api/use-ask.ts';
import type { EntryRowFragment, LedgerEntryKind } from '../documents/generated/graphql.ts';
import { CustomerLedgerText } from '../documents/generated/texts.ts';

export interface LedgerFilter {
  readonly featureId: string | null;
  /** null: all kinds. */
  readonly kinds: readonly LedgerEntryKind[] | null;
}

interface Page {
  readonly nodes: readonly EntryRowFragment[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor?: string | null };
}

export interface ShownLedger {
  readonly entries: readonly EntryRowFragment[] | undefined;
  readonly problem: string | undefined;
  readonly hasOlder: boolean;
  readonly showOlder: () => Promise<void>;
}

export function useLedger(id: string, filter: LedgerFilter, news: number): ShownLedger {
  const { ask } = useConsole();
  const { data, problem, askAgain } = useAsk(CustomerLedgerText, { id, ...filter });
  const what = JSON.stringify([id, filter]);
  const [shown, setShown] = useState<{ what: string; page?: Page; problem?: string }>({ what });
  const newest = data?.customer?.ledger;

  useEffect(() => {
    if (news > 0) askAgain();
  }, [news, askAgain]);
  useEffect(() => {
    if (newest) setShown((last) => ({ what, page: last.what === what ? withNewest(last.page, newest) : newest }));
  }, [newest, what]);

  const page = shown.what === what ? shown.page : undefined;
  return {
    entries: page?.nodes,
    problem: problem ?? shown.problem,
    hasOlder: page?.pageInfo.hasNextPage ?? false,
    async showOlder() {
      try {
        const { customer } = await ask(CustomerLedgerText, { id, ...filter, after: page?.pageInfo.endCursor ?? null });
        const older = customer?.ledger;
        if (older)
          setShown((last) =>
            last.what === what
              ? { what, page: { nodes: joined(last.page?.nodes, older.nodes), pageInfo: older.pageInfo } }
              : last,
          );
      } catch (error) {
        setShown((last) => ({ ...last, problem: error instanceof Error ? error.message : String(error) }));
      }
    },
  };
}

/**
 * The newest page before what is shown. Where more came than fits in one page, what is shown would
 * have a hole, and the newest page stands alone.
 */
export function withNewest(shown: Page | undefined, newest: Page): Page {
  const known = new Set(shown?.nodes.map(({ sequence }) => sequence));
  if (!shown || !newest.nodes.some(({ sequence }) => known.has(sequence))) return newest;
  return { nodes: joined(newest.nodes, shown.nodes), pageInfo: shown.pageInfo };
}

function joined(first: readonly EntryRowFragment[] = [], second: readonly EntryRowFragment[]): readonly EntryRowFragment[] {
  const all = new Map([...second, ...first].map((entry) => [entry.sequence, entry]));
  return [...all.values()].sort((left, right) => right.sequence - left.sequence);
}
