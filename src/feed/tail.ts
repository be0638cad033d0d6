/**
 * Reads, every second, how far the ledgers with subscribers have come.
 *
 * Notifications of other processes wake the feed within milliseconds, and this is what makes it
 * certain: whatever happens to a notification, a subscriber hears of an entry a second later. Only
 * customers with subscribers are looked at, a thousand in one statement, which returns those that
 * have moved.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { BusListener } from './bus.ts';

const EVERY_MS = 1_000;

/** Looks from now on, and again so long after each look, until it is closed. */
export function followTail({ resync }: Pick<BusListener, 'resync'>, everyMs = EVERY_MS): { close(): Promise<void> } {
  const closing = new AbortController();
  const pause = () => wait(everyMs, undefined, { ref: false, signal: closing.signal }).catch(() => undefined);

  async function look(): Promise<void> {
    for (await pause(); !closing.signal.aborted; await pause()) await resync();
  }

  void look();
  return { close: async () => closing.abort() };
}
