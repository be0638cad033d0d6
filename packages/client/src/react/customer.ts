/** The customer whose token the page has: as autumn-js shows one, and live. */
import { useMemo } from 'react';
import { type AttachAnswer, type CustomerState, covers, emptyBalance, type Live, type LiveBalance } from '../live/index.ts';
import type { AttachParameters } from './attach.ts';
import { useAttach } from './attach.ts';
import { useBrim } from './provider.tsx';
import { type Loading, loadingOf, useStore } from './stores.ts';

/**
 * A balance in JavaScript numbers, as autumn-js has it. They are exact up to 15 significant digits;
 * `useBalance` has the exact text of every amount.
 */
export interface CustomerBalance {
  readonly featureId: string;
  readonly granted: number;
  readonly remaining: number;
  readonly usage: number;
  readonly held: number;
  readonly unlimited: boolean;
  /** In milliseconds, as Date.now() counts. */
  readonly nextResetAt: number | null;
}

export interface BrimCustomer {
  readonly id: string;
  readonly name: string | null;
  readonly email: string | null;
  /** By the ids of their features. */
  readonly balances: Readonly<Record<string, CustomerBalance>>;
}

export interface CheckParameters {
  readonly featureId: string;
  /** Left out: 1. */
  readonly requiredBalance?: number | string;
}

export interface Check {
  /** False, too, while nothing is known. */
  readonly allowed: boolean;
  readonly customerId: string | null;
  readonly requiredBalance: number | string;
  readonly balance: CustomerBalance | null;
}

export interface UseCustomer extends Loading {
  readonly customer: BrimCustomer | undefined;
  /** The same, under autumn-js's newer name. */
  readonly data: BrimCustomer | undefined;
  /**
   * Local and synchronous, from what was pushed last: for showing. What counts is the answer of
   * `track`, on the server.
   */
  check(parameters: CheckParameters): Check;
  /** Attaches a plan, and goes to the checkout page where there is something to pay. */
  attach(parameters: AttachParameters): Promise<AttachAnswer>;
  refetch(): Promise<BrimCustomer | undefined>;
}

const whole = (state: CustomerState) => state;

export function useCustomer(): UseCustomer {
  const { live } = useBrim();
  const attach = useAttach();
  const state = useStore(live.customer, live.initial, whole);
  return useMemo(() => {
    const customer = customerOf(state);
    return {
      ...loadingOf(customer, state.error),
      customer,
      data: customer,
      check: (parameters) => checkLocally(live, parameters),
      attach,
      refetch: async () => customerOf(await live.refetch()),
    };
  }, [live, attach, state]);
}

function checkLocally(live: Live, { featureId, requiredBalance = 1 }: CheckParameters): Check {
  const { value, balances } = live.customer.get();
  const balance = balances.byFeature[featureId];
  return {
    allowed: covers(balance ?? emptyBalance(featureId), requiredBalance),
    customerId: value?.id ?? null,
    requiredBalance,
    balance: balance ? inNumbers(balance) : null,
  };
}

export function customerOf({ value, balances: { byFeature } }: CustomerState): BrimCustomer | undefined {
  if (!value) return undefined;
  const { id, name, email } = value;
  const balances = Object.entries(byFeature).map(([featureId, balance]) => [featureId, inNumbers(balance)] as const);
  return { id, name, email, balances: Object.fromEntries(balances) };
}

function inNumbers({ feature, granted, remaining, usage, held, unlimited, nextResetAt }: LiveBalance): CustomerBalance {
  return {
    featureId: feature.id,
    granted: Number(granted),
    remaining: Number(remaining),
    usage: Number(usage),
    held: Number(held),
    unlimited,
    nextResetAt: nextResetAt === null ? null : Date.parse(nextResetAt),
  };
}
