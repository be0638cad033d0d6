import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { IdempotencyConflictError } from '../../src/errors.ts';
import { AmountOverflowError, InsufficientBalanceError } from '../../src/ledger/errors.ts';
import type { Posted } from '../../src/ledger/posting.ts';
import type { LedgerEntry } from '../../src/ledger/types.ts';
import { openAccounts, openStage, type Stage } from '../ledger/stage.ts';
import { type Account, type Answer, answer, type Entry, newAccount } from './model.ts';
import { request, toCommand, withIds } from './requests.ts';
import { expectPromisesKept, readTables, type Tables, trillionths } from './tables.ts';

const WORLDS = process.env['BRIM_LONG'] ? 2_000 : 200;
/** BRIM_SEED=… repeats a run; BRIM_SEED=…/… with the path that a failure prints, its smallest counterexample alone. */
const [seedText, path] = (process.env['BRIM_SEED'] ?? '').split('/');
const seed = seedText ? Number(seedText) : Math.trunc(Math.random() * 2 ** 31);

const CUSTOMERS = ['ada', 'bob', 'eve'] as const;

/** What some customers ask in turns. All that is asked in one turn is posted at once, and cut into batches by the limits. */
const world = fc.record({
  turns: fc.array(fc.array(fc.record({ name: fc.constantFrom(...CUSTOMERS), wish: request }), { minLength: 1, maxLength: 16 }), {
    minLength: 2,
    maxLength: 4,
  }),
  limits: fc.record({ batchCommands: fc.constantFrom(1, 3, 1_000), batchesInFlight: fc.constantFrom(1, 3) }),
});

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

/** An entry as the model tells it. */
function toModel({ featureId, kind, amount, requested, allocations, after }: LedgerEntry): Entry {
  if (kind !== 'GRANT' && kind !== 'USAGE') throw new Error(`nobody asked for a ${kind}`);
  const parts = allocations.map(({ grantId, amount: part, unlimitedUse }) => ({
    from: grantId.startsWith('od_') ? 'owed' : grantId,
    amount: part,
    used: unlimitedUse,
  }));
  const { granted, remaining, usage, unlimited } = after;
  return { feature: featureId, kind, amount, requested, parts, granted, remaining, usage, unlimited };
}

function outcomeOf(result: PromiseSettledResult<Posted>): Answer {
  if (result.status === 'fulfilled') return { entries: result.value.entries.map(toModel), replayed: result.value.replayed };
  if (result.reason instanceof IdempotencyConflictError) return 'CONFLICT';
  if (result.reason instanceof InsufficientBalanceError) return 'INSUFFICIENT';
  if (result.reason instanceof AmountOverflowError) return 'OVERFLOW';
  throw result.reason;
}

/** The grants as the model has them: what nobody asked for is not there. */
function depositsIn({ grants }: Tables) {
  return grants
    .filter((grant) => grant.origin !== 'OVERDRAFT')
    .map(({ id, granted, remaining, used }) => [id, trillionths(granted), trillionths(remaining), trillionths(used)]);
}

/** What the tables hold is what the model has, and nothing else. */
async function expectAgreement(accounts: ReadonlyMap<string, Account>, committed: readonly LedgerEntry[]): Promise<void> {
  const customers = [...accounts.keys()];
  const tables = await readTables(stage.database, customers);
  [...accounts.values()].forEach((account, index) => {
    const own = tables[index];
    if (!own) throw new Error('a customer was not read');
    expectPromisesKept(own);
    expect(committed.filter((entry) => entry.customerId === customers[index]).map(toModel)).toEqual(account.entries);
    expect(own.entries).toHaveLength(account.entries.length);
    expect(own.commands.map(({ key }) => key).toSorted()).toEqual([...account.answered.keys()].toSorted());
    expect(depositsIn(own).toSorted()).toEqual(
      account.deposits.map(({ id, granted, left, used }) => [id, granted, left, used]).toSorted(),
    );
  });
}

let worlds = 0;

test(`whatever is asked, the ledger does what the model does, and keeps its promises (BRIM_SEED=${seed})`, {
  timeout: 1_800_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(world, async ({ turns, limits }) => {
      worlds += 1;
      const committed: LedgerEntry[] = [];
      const ledger = stage.openLedger({ limits, onCommitted: (entries) => committed.push(...entries) });
      const accounts = new Map(CUSTOMERS.map((name) => [`${name}-${worlds}`, newAccount()]));
      await openAccounts(ledger, [...accounts.keys()]);
      for (const [round, turn] of turns.entries()) {
        const asked = turn.map(({ name, wish }, index) => ({
          customerId: `${name}-${worlds}`,
          wish: withIds(wish, `${round}-${index}`),
        }));
        const posts = asked.map(({ customerId, wish }) => ledger.post(toCommand(customerId, wish)));
        const outcomes = (await Promise.allSettled(posts)).map(outcomeOf);
        expect(outcomes).toEqual(asked.map(({ customerId, wish }) => answer(accounts.get(customerId) ?? newAccount(), wish)));
        await expectAgreement(accounts, committed);
      }
      const [ada = ''] = accounts.keys();
      const stored = await ledger.reads.entriesAfter(ada, 0n, 1_000);
      expect(stored).toEqual(committed.filter((entry) => entry.customerId === ada));
    }),
    { seed, numRuns: WORLDS, ...(path ? { path, endOnFailure: true } : {}) },
  );
});
