/** Random requests, and how they are put to the ledger. */
import fc from 'fast-check';
import type { Command, Posting } from '../../src/ledger/posting.ts';
import type { Ask, Request } from './model.ts';

/** The first instant of 2027; things expire days after it. */
const EPOCH_MS = Date.UTC(2027, 0, 1);
const DAY_MS = 86_400_000;

const whole = (max: bigint) => fc.bigInt({ min: 1n, max }).map((units) => units * 10n ** 12n);
const trillionths = fc.bigInt({ min: 1n, max: 9n * 10n ** 12n });
const nearlyTooMuch = fc.bigInt({ min: 10n ** 37n, max: 10n ** 38n - 1n });

/** What people buy and use, or any fraction of it; and of stars so much that there is hardly room for more. */
const moving = (most: bigint) =>
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({
        feature: fc.constantFrom('messages', 'messages', 'stickers'),
        amount: fc.oneof({ weight: 3, arbitrary: whole(most) }, { weight: 1, arbitrary: trillionths }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ feature: fc.constant('stars'), amount: nearlyTooMuch }) },
  );

const give = fc
  .record({
    what: moving(40n),
    terms: fc.record({
      verb: fc.constant('grant' as const),
      id: fc.constant(''),
      unlimited: fc.constant(false),
      included: fc.boolean(),
      reset: fc.constantFrom(null, null, null, 'DAY' as const, 'WEEK' as const, 'MONTH' as const),
      expiresOn: fc.option(fc.nat({ max: 3 })),
    }),
  })
  .map(({ what, terms }) => ({ ...terms, ...what }));
const giveUnlimited = give.map((one) => ({ ...one, amount: 0n, unlimited: true }));
const take = fc
  .record({ what: moving(30n), policy: fc.constantFrom('CAP' as const, 'REJECT' as const, 'OVERDRAW' as const) })
  .map(({ what, policy }) => ({ verb: 'use' as const, policy, ...what }));
const ask: fc.Arbitrary<Ask> = fc.oneof(
  { weight: 20, arbitrary: give },
  { weight: 30, arbitrary: take },
  { weight: 1, arbitrary: giveUnlimited },
);

/** Few keys and mostly one fingerprint: retries, conflicts, and keys of refused requests come by themselves. */
export const request: fc.Arbitrary<Request> = fc.record({
  asks: fc.oneof(
    { weight: 5, arbitrary: ask.map((one) => [one]) },
    { weight: 1, arbitrary: fc.array(ask, { minLength: 2, maxLength: 3 }) },
  ),
  key: fc.option(fc.constantFrom('k1', 'k2', 'k3', 'k4', 'k5', 'k6'), { freq: 2 }),
  fingerprint: fc.constantFrom('as first', 'as first', 'as first', 'another'),
});

/** Gives each grant an id of its own, as ids.ts does: not by chance, which shrinking would make the same for all. */
export function withIds(wish: Request, place: string): Request {
  const asks = wish.asks.map((one, index) => (one.verb === 'grant' ? { ...one, id: `grant-${place}-${index}` } : one));
  return { ...wish, asks };
}

export function toCommand(customerId: string, { asks, key, fingerprint }: Request): Command {
  return { customerId, postings: asks.map(toPosting), ...(key === null ? {} : { idempotency: { key, fingerprint } }) };
}

function toPosting(ask: Ask): Posting {
  const { feature: featureId, amount } = ask;
  if (ask.verb === 'use')
    return { verb: 'use', featureId, amount, onShortfall: ask.policy, credits: [], properties: null, occurredAt: null };
  const { id, unlimited, included, reset, expiresOn } = ask;
  const grant = {
    id,
    featureId,
    amount,
    unlimited,
    origin: included ? ('INCLUDED' as const) : ('BOUGHT' as const),
    purchaseId: null,
    reset: reset && { unit: reset, count: 1 },
    rollover: null,
    expiresAt: expiresOn === null ? null : new Date(EPOCH_MS + expiresOn * DAY_MS),
  };
  return { verb: 'grant', grant, reason: null };
}
