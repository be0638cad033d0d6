/**
 * Adverse delivery: events come late, twice, out of order or never, and are sent again although
 * they arrived. What happens to an event follows from the seed, the event's number since the order
 * and the attempt. So the same acts with the same seed meet the same. Pure.
 *
 * From the fourth attempt on an event is delivered as usual: only what is lost never comes.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';

const percent = z.coerce.number().min(0).max(100).default(20);

/** Each of them in percent of the attempts; left out: 20, and nothing is lost. */
export const ADVERSE_DELIVERY = z.strictObject({
  seed: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
  /** Waits for up to `delaySeconds`, and is then sent. */
  delayed: percent,
  /** Is sent two or three times, one after another or at once. */
  duplicated: percent,
  /** Is sent after all others that are due, which are shuffled. */
  reordered: percent,
  /** Is never sent. */
  lost: percent.default(0),
  /** Is sent again after a while, although half of the time it arrived and its answer was lost. */
  retried: percent,
  delaySeconds: z.coerce.number().min(0.001).max(86_400).default(10),
});

export type AdverseOrder = z.input<typeof ADVERSE_DELIVERY>;

/** An order with the sequence of the last event before it. */
export interface AdverseDelivery extends z.output<typeof ADVERSE_DELIVERY> {
  readonly since: number;
}

/** What happens to one attempt to deliver one event. */
export type Fate =
  | { readonly kind: 'lost' }
  | { readonly kind: 'delayed'; readonly delayMs: number }
  | {
      readonly kind: 'sent';
      /** 0: nothing arrives. */
      readonly times: number;
      readonly together: boolean;
      /** Whether the sandbox hears the answer. */
      readonly isHeard: boolean;
      /** The place among those that come last; 0: it is none of them. */
      readonly place: number;
    };

export const USUAL_FATE = { kind: 'sent', times: 1, together: false, isHeard: true, place: 0 } as const satisfies Fate;

const ADVERSE_ATTEMPTS = 3;

export function fateOf(order: AdverseDelivery, event: { readonly sequence: bigint; readonly attempts: number }): Fate {
  const { sequence, attempts } = event;
  const number = Number(sequence) - order.since;
  if (number <= 0 || attempts > ADVERSE_ATTEMPTS) return USUAL_FATE;
  const chance = chances(`${order.seed}/${number}/${attempts}`);
  const meets = (percentage: number) => chance() * 100 < percentage;
  if (attempts === 1 && meets(order.lost)) return { kind: 'lost' };
  if (meets(order.delayed)) return { kind: 'delayed', delayMs: Math.ceil(chance() * order.delaySeconds * 1_000) };
  const isRetried = meets(order.retried);
  const arrives = !isRetried || chance() < 0.5;
  const often = meets(order.duplicated) ? 2 + Math.floor(chance() * 2) : 1;
  return {
    kind: 'sent',
    times: arrives ? often : 0,
    together: chance() < 0.5,
    isHeard: !isRetried,
    place: meets(order.reordered) ? chance() : 0,
  };
}

/** Numbers from 0 to below 1, always the same for the same text. */
function chances(text: string): () => number {
  const bytes = createHash('sha256').update(text).digest();
  let next = 0;
  return () => {
    const number = bytes.readUInt32BE(next % bytes.length) / 2 ** 32;
    next += 4;
    return number;
  };
}
