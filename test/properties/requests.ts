/** Random requests; what they ask of an account as it stands; and how that is put to the ledger. */
import fc from 'fast-check';
import type { Command, NewGrant, Posting } from '../../src/ledger/model/posting.ts';
import type { Credit } from '../../src/ledger/model/types.ts';
import { ZONES } from './limits.ts';
import type { Account, Ask, Price, Request } from './model.ts';

const NONE = 99;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** What pays for what once its own balance is used up. */
export const PRICES: ReadonlyMap<string, readonly Price[]> = new Map([
  [
    'messages',
    [
      { feature: 'credits', cost: 3n * 10n ** 11n },
      { feature: 'pearls', cost: 7n },
    ],
  ],
  ['stickers', [{ feature: 'credits', cost: 2n * 10n ** 12n }]],
]);

const whole = (max: bigint) => fc.bigInt({ min: 1n, max }).map((units) => units * 10n ** 12n);
const trillionths = fc.bigInt({ min: 1n, max: 9n * 10n ** 12n });
const nearlyTooMuch = fc.bigInt({ min: 10n ** 37n, max: 10n ** 38n - 1n });
const amount = (most: bigint) => fc.oneof({ weight: 3, arbitrary: whole(most) }, { weight: 1, arbitrary: trillionths });

/**
 * What people buy and use, or any fraction of it; few credits and pearls; and of stars so much that
 * there is hardly room for more.
 */
const moving = (most: bigint) =>
  fc.oneof(
    {
      weight: 12,
      arbitrary: fc.record({
        feature: fc.constantFrom('messages', 'messages', 'messages', 'stickers'),
        amount: amount(most),
      }),
    },
    { weight: 3, arbitrary: fc.record({ feature: fc.constant('credits'), amount: amount(4n) }) },
    { weight: 3, arbitrary: fc.record({ feature: fc.constant('pearls'), amount: fc.bigInt({ min: 1n, max: 300n }) }) },
    { weight: 1, arbitrary: fc.record({ feature: fc.constant('stars'), amount: nearlyTooMuch }) },
  );

/** How long from now; and now and then exactly as long as something else. */
const soon: fc.Arbitrary<number> = fc.oneof(
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 3_000 }).map((minutes) => minutes * MINUTE_MS) },
  { weight: 2, arbitrary: fc.constantFrom(1, 2, 7, 31).map((days) => days * DAY_MS) },
);
const feature = fc.constantFrom('messages', 'messages', 'stickers', 'credits');
const purchase = fc.constantFrom('p1', 'p2');
const unit = fc.constantFrom('DAY' as const, 'WEEK' as const, 'MONTH' as const);
const interval = fc.record({ unit, count: fc.constantFrom(1, 1, 2) });
const carry = fc.record({
  max: fc.option(whole(20n)),
  maxPercentage: fc.option(fc.constantFrom(1, 50, 100)),
  expiresAfter: fc.option(interval),
});

const give = fc.record({
  verb: fc.constant('grant' as const),
  what: moving(60n),
  isUnlimited: fc.nat({ max: 14 }).map((chance) => chance === 14),
  terms: fc.record({
    origin: fc.constantFrom('INCLUDED' as const, 'BOUGHT' as const, 'MANUAL' as const),
    purchase: fc.option(purchase),
    reset: fc.option(interval, { freq: 2 }),
    carry: fc.option(carry, { freq: 2 }),
  }),
  /** An expiry that has come already is refused. */
  expiresIn: fc.option(fc.oneof({ weight: 9, arbitrary: soon }, { weight: 1, arbitrary: fc.constant(0) }), { freq: 2 }),
});
const take = fc.record({
  verb: fc.constant('use' as const),
  what: moving(20n),
  policy: fc.constantFrom('CAP' as const, 'CAP' as const, 'REJECT' as const, 'REJECT' as const, 'OVERDRAW' as const),
  minutesAgo: fc.option(fc.nat({ max: 200 }), { freq: 2 }),
});
const reserve = fc.record({
  verb: fc.constant('hold' as const),
  what: moving(6n),
  lapsesIn: fc.oneof(soon, fc.constant(50 * DAY_MS)),
});
/** Finds one of those that are there, or were: 0 the newest. The last finds none. */
const pick = fc.oneof({ weight: 12, arbitrary: fc.nat({ max: 9 }) }, { weight: 1, arbitrary: fc.constant(NONE) });
const finish = fc.record({ verb: fc.constant('settle' as const), pick, percent: fc.constantFrom(0n, 33n, 100n, 170n) });
const letGo = fc.record({ verb: fc.constant('release' as const), pick });
const giveBack = fc.record({
  verb: fc.constant('reverse' as const),
  pick,
  isOfAnyKind: fc.nat({ max: 5 }).map((chance) => chance === 5),
  percent: fc.constantFrom(null, 10n, 33n, 100n, 101n),
});
const correct = fc.record({
  verb: fc.constant('adjust' as const),
  feature,
  amount: amount(20n),
  how: fc.constantFrom('up' as const, 'down' as const, 'to' as const, 'to nothing' as const),
});
const begin = fc.record({
  verb: fc.constant('opening' as const),
  feature,
  amount: amount(20n),
  sign: fc.constantFrom(1n, 0n, -1n, -1n),
  expiresIn: fc.option(soon, { freq: 2 }),
});
const undo = fc.record({ verb: fc.constant('void' as const), pick });
const endAll = fc.record({ verb: fc.constant('end' as const), feature, purchase });
const limitAll = fc.record({ verb: fc.constant('limit' as const), feature, purchase, expiresIn: soon });

/** Few features, so that a limit meets uses. */
const limited = { feature, per: interval };
const zone = fc.constantFrom(null, null, ...ZONES);
const setBound = fc.record({ verb: fc.constant('bound' as const), ...limited, zone, max: amount(60n) });
const dropBound = fc.record({ verb: fc.constant('unbound' as const), ...limited });

const draw = fc.oneof(
  { weight: 30, arbitrary: give },
  { weight: 24, arbitrary: take },
  { weight: 12, arbitrary: reserve },
  { weight: 10, arbitrary: finish },
  { weight: 3, arbitrary: letGo },
  { weight: 12, arbitrary: giveBack },
  { weight: 5, arbitrary: correct },
  { weight: 4, arbitrary: begin },
  { weight: 4, arbitrary: undo },
  { weight: 2, arbitrary: endAll },
  { weight: 4, arbitrary: limitAll },
  { weight: 6, arbitrary: setBound },
  { weight: 2, arbitrary: dropBound },
);
type DrawnOf<Arbitrary> = Arbitrary extends fc.Arbitrary<infer Drawn> ? Drawn : never;

/**
 * Few keys and mostly one fingerprint: retries, conflicts, and keys of refused requests come by
 * themselves.
 */
export const request = fc.record({
  draws: fc.oneof(
    { weight: 5, arbitrary: draw.map((one) => [one]) },
    { weight: 1, arbitrary: fc.array(draw, { minLength: 2, maxLength: 3 }) },
  ),
  key: fc.option(fc.constantFrom('k1', 'k2', 'k3', 'k4', 'k5', 'k6'), { freq: 2 }),
  fingerprint: fc.constantFrom('as first', 'as first', 'as first', 'another'),
});
export type DrawnRequest = DrawnOf<typeof request>;

/**
 * How far the clock goes on before a turn: so long, or to the next instant that matters, or almost.
 */
export const step = fc.oneof(
  { weight: 6, arbitrary: fc.nat({ max: 600 }).map((minutes) => ({ ms: minutes * MINUTE_MS, to: null })) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 70 }).map((days) => ({ ms: days * DAY_MS, to: null })) },
  { weight: 3, arbitrary: fc.constantFrom({ ms: 0, to: 'next' as const }, { ms: -1, to: 'next' as const }) },
);

/** What a turn knows to name: what was there when it began, and what itself asks for. */
export interface Known {
  readonly account: Account;
  readonly grants: { readonly id: string; readonly feature: string }[];
  readonly holds: { readonly id: string; readonly feature: string; readonly amount: bigint }[];
}

export function known(account: Account): Known {
  const { deposits, holds } = account;
  const grants = deposits.filter(({ origin }) => origin !== 'OWED');
  const open = holds.filter(({ status }) => status === 'OPEN');
  const ended = holds.filter(({ status }) => status !== 'OPEN');
  return { account: { ...account }, grants: [...grants], holds: [...ended.slice(-1), ...open] };
}

const NOBODY = { id: 'nobody', feature: 'messages', amount: 10n ** 12n };
const chosen = <Thing>(things: readonly Thing[], index: number) =>
  index === NONE ? undefined : things.at(-1 - (index % things.length));
const pricesOf = (of: string) => PRICES.get(of) ?? [];

/**
 * @param place from which each new thing gets its id: not by chance, which shrinking would make the
 * same for all.
 */
export function toRequest(
  { draws, ...rest }: DrawnRequest,
  { account, grants, holds }: Known,
  place: string,
  now: number,
): Request {
  const asks = draws.map((one, index): Ask => {
    const id = `${one.verb}-${place}-${index}`;
    if (one.verb === 'grant') {
      const { what, isUnlimited, terms, expiresIn } = one;
      grants.push({ id, feature: what.feature });
      const expires = expiresIn === null ? null : now + expiresIn;
      return { verb: 'grant', id, ...what, ...terms, unlimited: isUnlimited, expires, ...(isUnlimited ? { amount: 0n } : {}) };
    }
    if (one.verb === 'use') {
      const happened = one.minutesAgo === null ? null : now - one.minutesAgo * MINUTE_MS;
      return { verb: 'use', ...one.what, policy: one.policy, prices: pricesOf(one.what.feature), happened };
    }
    if (one.verb === 'hold') {
      holds.push({ id, ...one.what });
      return {
        verb: 'hold',
        id,
        ...one.what,
        prices: pricesOf(one.what.feature),
        until: now + one.lapsesIn,
        lasts: one.lapsesIn,
      };
    }
    if (one.verb === 'settle' || one.verb === 'release') {
      const held = chosen(holds, one.pick) ?? NOBODY;
      if (one.verb === 'release') return { verb: 'release', id: held.id };
      return { verb: 'settle', id: held.id, amount: (held.amount * one.percent) / 100n, prices: pricesOf(held.feature) };
    }
    if (one.verb === 'reverse') {
      // Of what a turn itself uses nobody knows the number yet.
      const used = account.entries.filter(({ kind, cause }) => cause === null && (kind === 'USAGE' || kind === 'SETTLE'));
      const entry = chosen(one.isOfAnyKind ? account.entries : used, one.pick);
      const part = one.percent === null ? null : ((entry?.applied ?? 0n) * one.percent) / 100n || 1n;
      return { verb: 'reverse', entry: entry?.number ?? 1_000_000, amount: part };
    }
    if (one.verb === 'adjust') {
      const { feature: of, how } = one;
      const by = { up: one.amount, down: -one.amount, to: one.amount, 'to nothing': 0n }[how];
      return { verb: 'adjust', id, feature: of, amount: by, how: how === 'up' || how === 'down' ? 'by' : 'to' };
    }
    if (one.verb === 'opening') {
      const expires = one.expiresIn === null || one.sign <= 0n ? null : now + one.expiresIn;
      return { verb: 'opening', id, feature: one.feature, amount: one.sign * one.amount, expires };
    }
    if (one.verb === 'void') {
      const { id: named, feature: of } = chosen(grants, one.pick) ?? NOBODY;
      return { verb: 'void', id: named, feature: of };
    }
    if (one.verb === 'end' || one.verb === 'bound' || one.verb === 'unbound') return one;
    return { verb: 'limit', feature: one.feature, purchase: one.purchase, until: now + one.expiresIn };
  });
  return { ...rest, asks };
}

export function toCommand(customerId: string, { asks, key, fingerprint }: Request): Command {
  return { customerId, postings: asks.map(toPosting), ...(key === null ? {} : { idempotency: { key, fingerprint } }) };
}

export const toCredits = (prices: readonly Price[]): readonly Credit[] =>
  prices.map(({ feature: featureId, cost }) => ({ featureId, cost }));
const instant = (at: number | null) => (at === null ? null : new Date(at));

function toPosting(ask: Ask): Posting {
  const reason = null;
  switch (ask.verb) {
    case 'grant':
      return { verb: 'grant', grant: toGrant(ask), reason };
    case 'use': {
      const { feature: featureId, amount: value, policy: onShortfall, prices, happened } = ask;
      const [credits, occurredAt] = [toCredits(prices), instant(happened)];
      return { verb: 'track', featureId, amount: value, onShortfall, credits, properties: null, occurredAt };
    }
    case 'hold': {
      const { id: holdId, feature: featureId, amount: value, prices, lasts } = ask;
      return { verb: 'hold', holdId, featureId, amount: value, credits: toCredits(prices), expiresInMs: lasts };
    }
    case 'settle':
      return { verb: 'settle', holdId: ask.id, amount: ask.amount, credits: toCredits(ask.prices), properties: null };
    case 'release':
      return { verb: 'release', holdId: ask.id };
    case 'reverse':
      return { verb: 'reverse', sequence: BigInt(ask.entry), amount: ask.amount, reason };
    case 'adjust': {
      const to = ask.how === 'by' ? { by: ask.amount } : { remaining: ask.amount };
      return { verb: 'adjust', featureId: ask.feature, grantId: ask.id, to, reason };
    }
    case 'opening': {
      const { feature: featureId, id: grantId, amount: value, expires } = ask;
      return { verb: 'opening', featureId, grantId, amount: value, expiresAt: instant(expires), reason };
    }
    case 'void':
      return { verb: 'void', featureId: ask.feature, grantId: ask.id, reason };
    case 'end':
      return { verb: 'end', featureId: ask.feature, purchaseId: ask.purchase, reason };
    case 'bound':
      return { verb: 'setUsageLimit', featureId: ask.feature, per: ask.per, timeZone: ask.zone, max: ask.max, purchaseId: null };
    case 'unbound':
      return { verb: 'removeUsageLimit', featureId: ask.feature, per: ask.per };
    case 'limit':
      return { verb: 'limit', featureId: ask.feature, purchaseId: ask.purchase, until: new Date(ask.until), reason };
  }
}

function toGrant({
  id,
  feature: featureId,
  carry: rollover,
  purchase: purchaseId,
  expires,
  ...rest
}: Extract<Ask, { verb: 'grant' }>): NewGrant {
  const { amount: value, unlimited, origin, reset } = rest;
  return { id, featureId, amount: value, unlimited, origin, purchaseId, reset, rollover, expiresAt: instant(expires) };
}
