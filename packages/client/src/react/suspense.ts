/**
 * The hooks for components under a <Suspense>: they wait for the first answer, and give its error
 * to the error boundary.
 *
 * On a server they throw, which React takes as "show the fallback and do this in the browser".
 */
import React from 'react';
import type { LiveBalance, LivePlan } from '../live/index.ts';
import { useBalance } from './balance.ts';
import { type BrimCustomer, type UseCustomer, useCustomer } from './customer.ts';
import { useBrim } from './provider.tsx';
import { usePlans } from './purchase.ts';

/**
 * A promise for each connection and question: a render that is begun anew must find the same one.
 */
const questions = new WeakMap<object, Promise<unknown>>();

function useFirst<Value>(value: Value | undefined, owner: object, ask: () => Promise<unknown>): void {
  if (value !== undefined) return;
  if (typeof window === 'undefined') throw new Error('Balances are loaded in the browser.');
  const question = questions.get(owner) ?? ask();
  questions.set(owner, question);
  question.catch((error: unknown) => {
    failures.set(question, error);
    setTimeout(() => questions.delete(owner), FORGET_AFTER_MS);
  });
  waitFor(question);
}

const failures = new WeakMap<Promise<unknown>, unknown>();

/**
 * React 18 has no `use`: there a component that throws a promise is rendered again when it settles.
 */
function waitFor(question: Promise<unknown>): void {
  if (!React.use) throw failures.get(question) ?? question;
  React.use(question);
}

/**
 * Long enough for its error to reach the boundary; what the boundary shows again later asks again.
 */
const FORGET_AFTER_MS = 1_000;

export function useSuspenseCustomer(): UseCustomer & { readonly customer: BrimCustomer } {
  const { live } = useBrim();
  const found = useCustomer();
  useFirst(found.customer, live.customer, live.refetch);
  if (!found.customer) throw found.error ?? new Error('There is no customer.');
  return { ...found, customer: found.customer };
}

export function useSuspenseBalance(featureId: string): LiveBalance {
  const { live } = useBrim();
  const { balance, error } = useBalance(featureId);
  useFirst(balance, live.customer, live.refetch);
  if (!balance) throw error ?? new Error('There is no balance.');
  return balance;
}

export function useSuspensePlans(): readonly LivePlan[] {
  const { live } = useBrim();
  const { plans, error } = usePlans();
  useFirst(plans, live.plans, live.refetchPlans);
  if (!plans) throw error ?? new Error('There are no plans.');
  return plans;
}
