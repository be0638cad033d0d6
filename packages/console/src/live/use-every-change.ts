/** Counts the changes that are pushed. It draws at most four times a second, however many come. */
import { useEffect, useState } from 'react';
import { useConsole } from '../api/console.tsx';
import type { EveryChangeSubscription } from '../documents/generated/graphql.ts';
import { EveryChangeText } from '../documents/generated/texts.ts';

export type Change = EveryChangeSubscription['balancesChanged'];

export interface EveryChange {
  readonly total: number;
  readonly customers: number;
  /** In each of the last seconds, the present one last. */
  readonly perSecond: readonly number[];
  readonly newest: readonly Change[];
  readonly problem: string | undefined;
}

const SECONDS = 60;
const NEWEST = 30;
const DRAW_MS = 250;
/** So many are counted one by one; a page that stays open for days must not keep every id. */
const MOST_CUSTOMERS = 100_000;

export function useEveryChange(): EveryChange {
  const { live } = useConsole();
  const [shown, setShown] = useState<EveryChange>({ ...emptyCount(), problem: undefined });

  useEffect(() => {
    const customers = new Set<string>();
    let { total, newest }: { total: number; newest: readonly Change[] } = emptyCount();
    let counts = new Map<number, number>();
    let problem: string | undefined;
    const second = () => Math.floor(Date.now() / 1_000);

    const end = live.subscribe(
      EveryChangeText,
      {},
      {
        message({ balancesChanged }) {
          total += 1;
          problem = undefined;
          if (customers.size < MOST_CUSTOMERS) customers.add(balancesChanged.customer.id);
          counts.set(second(), (counts.get(second()) ?? 0) + 1);
          newest = [balancesChanged, ...newest].slice(0, NEWEST);
        },
        problem(why) {
          problem = why;
        },
      },
    );
    const timer = setInterval(() => {
      const now = second();
      counts = new Map([...counts].filter(([at]) => at > now - SECONDS));
      const perSecond = Array.from({ length: SECONDS }, (_, index) => counts.get(now - SECONDS + 1 + index) ?? 0);
      setShown({ total, customers: customers.size, perSecond, newest, problem });
    }, DRAW_MS);
    return () => {
      end();
      clearInterval(timer);
    };
  }, [live]);
  return shown;
}

function emptyCount() {
  return { total: 0, customers: 0, perSecond: Array.from({ length: SECONDS }, () => 0), newest: [] };
}
