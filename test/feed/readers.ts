/** Several subscribers that wait for the same events. */
import { onTestFinished } from 'vitest';
import { type TestBrim, take } from '../support/brim.ts';
import type { Open, Subscription } from './transports.ts';

/** Selects what the event says, what only a secret key sees, and the name of a feature. */
export const SAID = `subscription ($customerId: ID, $after: SafeInt) { balanceChanged(customerId: $customerId, after: $after) {
  sequence balance { remaining version feature { id name } } entry { properties }
} }`;

export type Messages = ReturnType<Open>;

/** Opens them one by one, each with its snapshot taken, so that all wait for the next event. */
export async function openReaders(
  brim: TestBrim,
  open: Open,
  query: string,
  subscriptions: readonly Subscription[],
): Promise<readonly Messages[]> {
  const readers: Messages[] = [];
  for (const subscription of subscriptions) {
    const messages = open(brim, query, subscription);
    onTestFinished(async () => void (await messages.return()));
    readers.push(messages);
    if (subscription.variables?.['after'] === undefined) await take(messages, 1);
  }
  return readers;
}

/** The next change of each. */
export const takeAll = async (readers: readonly Messages[]) =>
  (await Promise.all(readers.map((messages) => take(messages, 1)))).map(([message]) => message.balanceChanged);
