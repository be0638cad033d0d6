/**
 * Delivers events until the webhook answers with 2xx, as Stripe does: at once, then after growing
 * delays, ten times in all. It can be told to do so badly (wire/adverse-delivery.ts).
 *
 * Due events are rows in Postgres that a process claims with a lease. So a crash loses no event,
 * and two processes rarely deliver the same one, which receivers must accept anyway. Batch,
 * attempt, timer and close have limits.
 */

import type { DueWork } from '../../../platform/due-work.ts';
import type { Log } from '../../../platform/log.ts';
import { type Scheduler, startScheduler } from '../../../platform/scheduler.ts';
import type { Clock } from '../../../values/clock.ts';
import type { Outbox } from '../store/event-outbox.ts';
import type { StoredEvent } from '../store/event-records.ts';
import { type AdverseDelivery, type Fate, fateOf, USUAL_FATE } from '../wire/adverse-delivery.ts';
import { isDelivered, openPost, type PostResult, type WebhookTarget } from './post-event.ts';

export interface DeliveryDeps {
  readonly outbox: Outbox;
  readonly webhook: WebhookTarget;
  readonly clock: Clock;
  /** The clock by which receivers judge how old a signature is. */
  readonly receiversClock: Clock;
  readonly log: Log;
  /** immediate: the sandbox posts events by itself. held: only when asked. */
  readonly mode: 'immediate' | 'held';
  /** Does what is due by itself, before it looks for events: checkouts expire, periods end. */
  readonly expireDue: () => Promise<void>;
  /** How badly events are delivered; undefined: as usual. */
  readonly adverse: () => Promise<AdverseDelivery | undefined>;
}

export interface Delivery {
  /** Looks for due events now, in the background. */
  wake(): void;
  /**
   * Expires checkouts and delivers all events that are due. @returns how many were answered with
   * 2xx.
   */
  deliverDue(): Promise<number>;
  /**
   * Posts one event now, due or not, `times` times, in sequence or `together`. @returns the result
   * of each post.
   */
  deliver(eventId: string, options?: { times?: number; together?: boolean }): Promise<readonly PostResult[]>;
  /** Ends timers and posts. Posts that were under way are due again at once. */
  close(): Promise<void>;
}

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
/** The delay after each failed attempt. There is one attempt more than delays. */
const RETRY_DELAYS_MS = [
  SECOND_MS,
  5 * SECOND_MS,
  30 * SECOND_MS,
  2 * MINUTE_MS,
  10 * MINUTE_MS,
  30 * MINUTE_MS,
  60 * MINUTE_MS,
  120 * MINUTE_MS,
  240 * MINUTE_MS,
];
/** Longer than a post can take. */
const LEASE_MS = 30 * SECOND_MS;
const BATCH = 10;

export function openDelivery(deps: DeliveryDeps): Delivery {
  const { outbox, webhook, clock, receiversClock, log, mode, expireDue, adverse } = deps;
  const closing = new AbortController();
  const post = openPost({ webhook, clock: receiversClock, closing: closing.signal });
  const underWay = new Set<Promise<unknown>>();
  let scheduler: Scheduler | undefined;

  const track = <Result>(work: Promise<Result>): Promise<Result> => {
    underWay.add(work);
    const forget = () => underWay.delete(work);
    work.then(forget, forget);
    return work;
  };

  const posts = async (payload: string, times: number, together: boolean): Promise<PostResult[]> => {
    if (together) return Promise.all(Array.from({ length: times }, () => post(payload)));
    const results: PostResult[] = [];
    while (results.length < times) results.push(await post(payload));
    return results;
  };

  const attempt = async (event: StoredEvent, fate: Fate): Promise<boolean> => {
    if (fate.kind !== 'sent') {
      const nextAttemptAt = fate.kind === 'lost' ? null : new Date(clock.now().getTime() + fate.delayMs);
      await outbox.failed(event.id, fate.kind, nextAttemptAt);
      return false;
    }
    const results = await posts(event.payload, fate.times, fate.together);
    const answered = results.find(isDelivered) ?? results[0];
    const result: PostResult = fate.isHeard && answered ? answered : { failure: 'no answer came back' };
    const now = clock.now();
    if (isDelivered(result)) {
      await outbox.delivered(event.id, now);
      return true;
    }
    const delayMs = closing.signal.aborted ? 0 : RETRY_DELAYS_MS[event.attempts - 1];
    const nextAttemptAt = delayMs === undefined ? null : new Date(now.getTime() + delayMs);
    const failure = 'failure' in result ? result.failure : `answered ${result.status}`;
    log.warn(
      { eventId: event.id, eventType: event.type, attempts: event.attempts, failure, nextAttemptAt },
      'sandbox event not delivered',
    );
    await outbox.failed(event.id, failure, nextAttemptAt);
    return false;
  };

  const deliverDue = async (): Promise<number> => {
    await expireDue();
    let delivered = 0;
    while (!closing.signal.aborted) {
      const now = clock.now();
      const events = await outbox.claim({ now, leaseEndsAt: new Date(now.getTime() + LEASE_MS), limit: BATCH });
      if (events.length === 0) break;
      const order = await adverse();
      const fated = events.map((event) => ({ event, fate: order ? fateOf(order, event) : USUAL_FATE }));
      const placeOf = (fate: Fate) => (fate.kind === 'sent' ? fate.place : 0);
      const run = async ({ event, fate }: (typeof fated)[number]) => {
        if (await attempt(event, fate)) delivered += 1;
      };
      await Promise.all(fated.filter(({ fate }) => placeOf(fate) === 0).map(run));
      const last = fated.filter(({ fate }) => placeOf(fate) > 0).toSorted((a, b) => placeOf(a.fate) - placeOf(b.fate));
      for (const each of last) await run(each);
    }
    return delivered;
  };

  const dueEvents: DueWork = {
    name: 'sandbox events',
    nextAt: async () => (await outbox.nextDueAt()) ?? null,
    run: deliverDue,
  };

  const deliver: Delivery['deliver'] = async (eventId, { times = 1, together = false } = {}) => {
    const event = await outbox.find(eventId);
    if (event === undefined) throw new Error(`There is no event "${eventId}" in the sandbox.`);
    const results = await posts(event.payload, times, together);
    if (results.some(isDelivered)) await outbox.delivered(eventId, clock.now());
    return results;
  };

  return {
    wake() {
      if (mode === 'held' || closing.signal.aborted) return;
      scheduler ??= startScheduler({ due: [dueEvents], clock, log });
      scheduler.wake(clock.now());
    },
    deliverDue: () => track(deliverDue()),
    deliver: (eventId, options) => track(deliver(eventId, options)),
    async close() {
      closing.abort(new Error('the sandbox is closing'));
      await Promise.allSettled([...underWay, scheduler?.close()]);
    },
  };
}
