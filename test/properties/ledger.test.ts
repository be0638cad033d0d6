import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openAlertRecorder } from '../../src/alerts/recorder.ts';
import { openLedger } from '../../src/ledger/ledger.ts';
import type { Posted } from '../../src/ledger/model/posting.ts';
import type { LedgerEntry } from '../../src/ledger/model/types.ts';
import { openLog } from '../../src/platform/log.ts';
import { type Fixture, openAccounts, openFixture } from '../ledger/fixture.ts';
import { patience } from '../support/deadlines.ts';
import { openSql, type Sql } from '../support/witness.ts';
import { fallsIn, LIMITS, setAlerts, triggered } from './falls.ts';
import { type Account, type Answer, answer, newAccount } from './model.ts';
import { expectPromisesKept, nearestDue } from './promises.ts';
import { known, request, step, toCommand, toRequest } from './requests.ts';
import { runs, seed } from './seed.ts';
import { readTables } from './tables.ts';
import { nextInstant, nextReset } from './time.ts';
import { modelGrants, modelLimits, toldEntry, toldGrants, toldLimits, toldRefusal } from './told.ts';

const CUSTOMERS = ['ada', 'bob', 'eve'] as const;
/**
 * Noon of the last of January: what begins then has the longest way to go at the ends of months.
 */
const START_MS = Date.UTC(2027, 0, 31, 12);

/** About three accounts of one balance. */
const MEMORY_OF_THREE = 5_000;

/**
 * What some customers ask in turns, and how far time goes on before each. All that is asked in one
 * turn is posted at once, and cut into batches by the limits; the clock stands still meanwhile.
 * With two writers, each remembers accounts that the other has moved since.
 */
const world = fc.record({
  turns: fc.array(
    fc.record({
      step,
      asked: fc.array(fc.record({ name: fc.constantFrom(...CUSTOMERS), drawn: request, by: fc.nat(1) }), { maxLength: 12 }),
    }),
    { minLength: 2, maxLength: 4 },
  ),
  limits: fc.record({
    batchCommands: fc.constantFrom(1, 3, 1_000),
    batchesInFlight: fc.constantFrom(1, 3),
    batchAccounts: fc.constantFrom(1, 2, 96),
    isOptimistic: fc.constantFrom(true, true, true, false),
    memoryBytes: fc.constantFrom(0, MEMORY_OF_THREE, 1_000_000),
  }),
  writers: fc.constantFrom(1, 2),
});

let fixture: Fixture;
let sql: Sql;
beforeAll(async () => {
  fixture = await openFixture();
  sql = await openSql(fixture.url);
  await setAlerts(sql, ['messages', 'stickers', 'pearls', 'stars', 'credits']);
});
afterAll(async () => {
  await sql.close();
  await fixture.close();
});

function outcomeOf(result: PromiseSettledResult<Posted | undefined>): Answer {
  if (result.status === 'rejected') return toldRefusal(result.reason);
  if (!result.value) throw new Error('there is no such writer');
  return { entries: result.value.entries.map(toldEntry), replayed: result.value.replayed };
}

/** A customer as the model has it, and what is to be known of it from one turn to the next. */
interface Person {
  readonly customerId: string;
  readonly account: Account;
  /** When the account wakes, as its table says. */
  due: number | null;
}

/**
 * What the tables hold is what the model has, and nothing else.
 * @param idle those without a request in this turn: only time has changed them.
 */
async function expectAgreement(
  people: readonly Person[],
  committed: readonly LedgerEntry[],
  idle: readonly Person[],
  now: number,
) {
  const tables = await readTables(
    fixture.database,
    people.map(({ customerId }) => customerId),
  );
  people.forEach((person, index) => {
    const { customerId, account, due } = person;
    const own = tables[index];
    if (!own) throw new Error('a customer was not read');
    expect(committed.filter((entry) => entry.customerId === customerId).map(toldEntry)).toEqual(account.entries);
    expect(own.entries).toEqual(account.entries);
    expect(toldGrants(own.grants)).toEqual(modelGrants(account, nextReset));
    expect(own.holds.map(({ id, status }) => `${id} ${status}`).sort()).toEqual(
      account.holds.map(({ id, status }) => `${id} ${status}`).sort(),
    );
    expect(own.commands.map(({ key }) => key).sort()).toEqual([...account.answered.keys()].sort());
    expectPromisesKept(own, now);
    if (due !== null && due <= now && idle.includes(person))
      expect(own.due, 'what wakes next, once time did all').toBe(nearestDue(own));
    person.due = own.due;
  });
}

let worlds = 0;

test(`the ledger does what the model does for every request, and keeps its promises (BRIM_SEED=${seed})`, {
  timeout: patience(1_800_000),
}, async () => {
  await fc.assert(
    fc.asyncProperty(world, async ({ turns, limits, writers }) => {
      worlds += 1;
      let now = START_MS;
      const committed: LedgerEntry[] = [];
      const open = () =>
        openLedger({
          database: fixture.database,
          clock: { now: () => new Date(now) },
          log: openLog('silent'),
          effects: [],
          recorders: [openAlertRecorder({ of: () => LIMITS }).record],
          limits,
          onCommitted: (entries) => committed.push(...entries),
        });
      const ledger = open();
      const ledgers = [ledger, writers === 2 ? open() : ledger];
      const people = new Map(
        CUSTOMERS.map((name): [string, Person] => [name, { customerId: `${name}-${worlds}`, account: newAccount(), due: null }]),
      );
      const personOf = (name: string): Person => people.get(name) ?? { customerId: name, account: newAccount(), due: null };
      const everybody = [...people.values()];
      await openAccounts(
        ledger,
        everybody.map(({ customerId }) => customerId),
      );
      for (const [round, { step: on, asked }] of turns.entries()) {
        const instants = everybody.map(({ account }) => nextInstant(account, now)).filter((at) => at !== null);
        const next = instants.length > 0 ? Math.min(...instants) : now;
        now = Math.max(now, on.ms + (on.to === null ? now : next));
        const knows = new Map(CUSTOMERS.map((name) => [name, known(personOf(name).account)]));
        const requests = asked.map(({ name, drawn, by }, index) => {
          const what = knows.get(name) ?? known(newAccount());
          return { person: personOf(name), command: toRequest(drawn, what, `${round}-${index}`, now), by };
        });
        const idle = everybody.filter((person) => !requests.some((each) => each.person === person));
        for (const person of idle) requests.push({ person, command: { asks: [], key: null, fingerprint: '' }, by: 0 });
        const outcomes: Answer[] = [];
        // What follows each other by one writer is posted at once.
        for (let next = 0; next < requests.length; next = outcomes.length) {
          const ledgerOf = (index: number) => ledgers[requests[index]?.by ?? 0];
          const end = requests.findIndex((_, index) => index > next && ledgerOf(index) !== ledgerOf(next));
          const together = requests.slice(next, end === -1 ? undefined : end);
          const posts = together.map(({ person, command }) => ledgerOf(next)?.post(toCommand(person.customerId, command)));
          outcomes.push(...(await Promise.allSettled(posts)).map(outcomeOf));
        }
        expect(outcomes).toEqual(requests.map(({ person, command }) => answer(person.account, command, now)));
        await expectAgreement(everybody, committed, idle, now);
        for (const { customerId, account } of everybody)
          expect(toldLimits(await ledger.reads.usageLimits(customerId))).toEqual(modelLimits(account, now));
      }
      const all = everybody.map(({ customerId }) => customerId);
      expect(await triggered(sql, all)).toEqual(fallsIn(committed));
      const { customerId } = personOf('ada');
      const stored = await ledger.reads.entriesAfter(customerId, 0n, 1_000);
      expect(stored).toEqual(committed.filter((entry) => entry.customerId === customerId));
    }),
    runs(130),
  );
});
