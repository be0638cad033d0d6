/**
 * The rules alone, without a database: the same requests, the same model and the same promises,
 * thousands of times in some seconds.
 */
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type AccountState, isLive, isOpen, poolOf } from '../../src/ledger/model/account-state.ts';
import { InsufficientBalanceError, UsageLimitReachedError } from '../../src/ledger/model/errors.ts';
import type { LedgerEntry } from '../../src/ledger/model/types.ts';
import { isSameCount, type KeptLimit, limitsAt, reservedOf } from '../../src/ledger/model/usage-limit.ts';
import { applyCommand } from '../../src/ledger/rules/apply-command.ts';
import { openBook } from '../../src/ledger/rules/book.ts';
import { catchUp } from '../../src/ledger/rules/catch-up.ts';
import { limitOn } from '../../src/ledger/rules/limit-use.ts';
import { lackOf } from '../../src/ledger/rules/spread.ts';
import { windowAt } from '../../src/values/calendar-window.ts';
import { patience } from '../support/deadlines.ts';
import { type Answer, answer, newAccount, type Request } from './model.ts';
import { expectPromisesKept, nearestDue } from './promises.ts';
import { known, PRICES, request, step, toCommand, toCredits, toRequest } from './requests.ts';
import { runs, seed } from './seed.ts';
import { instant, nameOf, type Tables } from './tables.ts';
import { nextInstant, nextReset } from './time.ts';
import { modelGrants, modelLimits, toldEntry, toldGrants, toldLimits, toldRefusal } from './told.ts';

const START_MS = Date.UTC(2027, 0, 31, 12);

const turns = fc.array(fc.record({ step, drawn: request }), {
  minLength: 1,
  maxLength: 24,
  size: 'max',
});

/** An account of which everything is known, and the entries that made it so. */
interface Whole {
  readonly state: AccountState;
  readonly entries: readonly LedgerEntry[];
}
const nothing = (): Whole => ({
  state: {
    customerId: 'ada',
    sequence: 0n,
    nextDueAt: null,
    recordedAt: null,
    pools: new Map(),
    holds: new Map(),
    families: new Map(),
    payments: new Map(),
    frozen: [],
    limits: [],
    limitsVersion: 0n,
  },
  entries: [],
});

const grantsIn = ({ pools }: AccountState) => [...pools.values()].flatMap(({ grants }) => grants);

function toTables({ state, entries }: Whole): Tables {
  const told = entries.map(toldEntry);
  return {
    sequence: Number(state.sequence),
    due: instant(state.nextDueAt),
    entries: told,
    balances: [...state.pools].map(([feature, { balance }]) => {
      const { granted, remaining, held, usage, unlimited, nextResetAt, nextExpiryAt } = balance;
      const instants = { nextReset: instant(nextResetAt), nextExpiry: instant(nextExpiryAt) };
      return { feature, version: Number(balance.version), granted, remaining, held, usage, unlimited, ...instants };
    }),
    grants: grantsIn(state).map((grant) => ({
      id: nameOf(grant.id, grant.featureId),
      feature: grant.featureId,
      ...{ granted: grant.granted, remaining: grant.remaining, held: grant.held, used: grant.unlimitedUse },
      ...{ unlimited: grant.unlimited, open: isOpen(grant), resets: grant.reset !== null, hasEnded: !isLive(grant) },
      ...{ nextReset: instant(grant.nextResetAt), expires: instant(grant.expiresAt) },
    })),
    holds: [...state.holds.values()].map(({ id, status, expiresAt, parts }) => ({
      ...{ id, status, until: expiresAt.getTime() },
      parts: parts.map(({ featureId, portions }) => ({
        feature: featureId,
        portions: portions.map(({ grantId, amount, unlimitedUse }) => ({ from: grantId, amount, used: unlimitedUse })),
      })),
    })),
    hours: null,
    commands: [],
    keys: [],
  };
}

/** Lets time pass, and then asks. The state of before stays with whom the rules refuse. */
function ask(before: Whole, command: Request, now: Date): { after: Whole; outcome: Answer } {
  const passed = catchUp(openBook(before.state, now), null);
  const settled = { state: passed.state, entries: [...before.entries, ...passed.entries] };
  try {
    const families = new Map(
      command.asks.flatMap((each) => {
        if (each.verb !== 'reverse') return [];
        const number = BigInt(each.entry);
        return [[number, settled.entries.filter(({ sequence, cause }) => sequence === number || cause === number)] as const];
      }),
    );
    const limits = [...settled.state.limits, ...countsFor(settled, command, now)];
    const { state, entries } = applyCommand({ ...settled.state, families, limits }, toCommand('ada', command), now);
    const outcome = { entries: entries.map(toldEntry), replayed: false };
    return { after: { state, entries: [...settled.entries, ...entries] }, outcome };
  } catch (error) {
    return { after: settled, outcome: toldRefusal(error) };
  }
}

/** What counts of the limits that a request sets first, as the ledger reads it. */
function countsFor({ state, entries }: Whole, { asks }: Request, now: Date): readonly KeptLimit[] {
  const asked = toCommand('ada', { asks, key: null, fingerprint: '' }).postings.flatMap((posting) =>
    posting.verb === 'setUsageLimit' && !state.limits.some((limit) => isSameCount(limit, posting)) ? [posting] : [],
  );
  const distinct = asked.filter((each, index) => asked.findIndex((other) => isSameCount(each, other)) === index);
  return distinct.map(({ featureId, per, purchaseId, timeZone }) => {
    const { start } = windowAt(per, now, timeZone);
    const isIn = (entry: LedgerEntry | undefined) => entry !== undefined && entry.recordedAt >= start;
    const counting = entries.filter(
      (each) => each.featureId === featureId && isIn(each) && (each.kind !== 'REVERSAL' || isIn(entries[Number(each.cause) - 1])),
    );
    const used = counting.reduce((sum, { applied }) => sum + (applied ?? 0n), 0n);
    const held = [...state.holds.values()].reduce((sum, each) => sum + reservedOf(each, featureId), 0n);
    return { featureId, per, purchaseId, timeZone, max: null, windowStart: start, used, held };
  });
}

/** That two things are equal; the test runner's own words, where they are not. */
function expectSame(is: unknown, must: unknown): void {
  if (!isDeepStrictEqual(is, must)) expect(is).toEqual(must);
}

test(`the rules do what the model does, and keep the ledger's promises (BRIM_SEED=${seed})`, {
  timeout: patience(600_000),
}, () => {
  fc.assert(
    fc.property(turns, (asked) => {
      let whole = nothing();
      let now = START_MS;
      const account = newAccount();
      asked.forEach(({ step: { ms, to }, drawn }, index) => {
        now = Math.max(now, ms + (to === null ? now : (nextInstant(account, now) ?? now)));
        const command = { ...toRequest(drawn, known(account), `${index}`, now), key: null };
        const before = account.entries.length;
        const { after, outcome } = ask(whole, command, new Date(now));
        const answered = answer(account, command, now);
        whole = after;
        expectSame(whole.entries.slice(before).map(toldEntry), account.entries.slice(before));
        expectSame(outcome, answered);
      });
      // What is broken by any of them is found by a run that ends with it.
      const tables = toTables(whole);
      expectSame(toldGrants(tables.grants), modelGrants(account, nextReset));
      expectSame(toldLimits(limitsAt('ada', whole.state.limits, new Date(now))), modelLimits(account, now));
      expectPromisesKept(tables, now);
      const { state } = catchUp(openBook(whole.state, new Date(now)), null);
      expectSame(instant(state.nextDueAt), nearestDue(tables));
    }),
    runs(1_000),
  );
});

test(`what a check promises, a use gets, and nothing more (BRIM_SEED=${seed})`, { timeout: patience(600_000) }, () => {
  fc.assert(
    fc.property(turns, fc.bigInt({ min: 1n, max: 90n * 10n ** 12n }), fc.bigInt({ min: -1n, max: 1n }), (asked, some, near) => {
      let whole = nothing();
      const account = newAccount();
      asked.forEach(({ drawn }, index) => {
        const command = { ...toRequest(drawn, known(account), `${index}`, START_MS), key: null };
        answer(account, command, START_MS);
        whole = ask(whole, command, new Date(START_MS)).after;
      });
      for (const [featureId, prices] of PRICES) {
        const credits = toCredits(prices);
        const balanceOf = (of: string) => ({
          ...poolOf(whole.state, of).balance,
          limit: limitOn(whole.state, of, new Date(START_MS)),
        });
        const payers = credits.map(({ featureId: of, cost }) => ({ balance: balanceOf(of), cost }));
        const lack = (amount: bigint) => lackOf(balanceOf(featureId), payers, amount, whole.state.frozen.length > 0);
        const shortfall = (amount: bigint) => lack(amount).shortfall;
        // All that can be had is the most that lacks nothing: just that, and a trillionth to either
        // side.
        const all = some - shortfall(some);
        for (const amount of [some, all + near].filter((each) => each > 0n)) {
          const facts = { verb: 'track', featureId, amount, credits, properties: null, occurredAt: null } as const;
          const command = { customerId: 'ada', postings: [{ ...facts, onShortfall: 'REJECT' as const }] };
          let missing = 0n;
          try {
            applyCommand(whole.state, command, new Date(START_MS));
          } catch (error) {
            if (error instanceof UsageLimitReachedError) {
              expectSame(lack(amount).limitedBy, error.usageLimit);
              continue;
            }
            if (!(error instanceof InsufficientBalanceError)) throw error;
            missing = error.shortfall;
          }
          expectSame(missing, shortfall(amount));
        }
      }
    }),
    runs(300),
  );
});
