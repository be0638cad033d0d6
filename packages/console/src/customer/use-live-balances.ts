/**
 * The customer's balances as they are pushed, beside those that were read. Of each the newer one
 * counts, by its version.
 */
import { useEffect, useState } from 'react';
import { useConsole } from '../api/console.tsx';
import type { BalanceRowFragment } from '../documents/generated/graphql.ts';
import { CustomerLiveText } from '../documents/generated/texts.ts';

export interface LiveBalances {
  /** By the ids of the balances. */
  readonly pushed: ReadonlyMap<string, BalanceRowFragment>;
  /** Rises with each entry that was pushed, and with each beginning of the subscription. */
  readonly news: number;
  readonly problem: string | undefined;
}

const NOTHING: LiveBalances = { pushed: new Map(), news: 0, problem: undefined };

export function useLiveBalances(id: string): LiveBalances {
  const { live } = useConsole();
  const [state, setState] = useState(NOTHING);
  useEffect(() => {
    setState(NOTHING);
    return live.subscribe(
      CustomerLiveText,
      { id },
      {
        message: ({ balanceChanged: { balance } }) =>
          setState(({ pushed, news }) => ({
            pushed: new Map(pushed).set(balance.id, newer(pushed.get(balance.id), balance)),
            news: news + 1,
            problem: undefined,
          })),
        problem: (problem) => setState((last) => ({ ...last, problem })),
      },
    );
  }, [live, id]);
  return state;
}

/** The balance with the higher version. */
export function newer<Row extends { readonly version: number }>(left: Row | undefined, right: Row): Row {
  return left && left.version > right.version ? left : right;
}
