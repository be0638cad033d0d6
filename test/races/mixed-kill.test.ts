/** kill -9 amid commands of every kind: 1,000 of them, and 10,000 in the long run. */
import { beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/database/database.ts';
import { expectPromisesKept } from '../properties/promises.ts';
import { readTables } from '../properties/tables.ts';
import type { TestBrim } from '../support/brim.ts';
import { patience } from '../support/deadlines.ts';
import { isLong } from '../support/long.ts';
import { openSharedShop } from '../support/shop/two-processes.ts';
import { createCustomer, MESSAGES } from '../support/shop.ts';

const COMMANDS = isLong ? 10_000 : 1_000;
const SENDERS = 32;
const CUSTOMERS = Array.from({ length: 8 }, (_, index) => `mixed-${index}`);

/** What is sent: a verb and its input. */
interface Sent {
  readonly verb: keyof typeof KINDS;
  readonly customerId: string;
  readonly input: Record<string, unknown>;
}

/** An answer that moved something: its balance stands at the entry that it wrote. */
interface Answered extends Sent {
  readonly version: number;
}

/** The kind of the entry that each verb writes last. */
const KINDS = {
  track: 'USAGE',
  grantBalance: 'GRANT',
  placeHold: 'HOLD',
  settleHold: 'SETTLE',
  releaseHold: 'RELEASE',
  reverseUsage: 'REVERSAL',
  adjustBalance: 'ADJUSTMENT',
  voidGrant: 'VOID',
} as const;

/** The ids that answers have named, for later commands. */
interface Known {
  readonly holds: { id: string; customerId: string }[];
  readonly uses: { id: string; customerId: string }[];
  readonly grants: { id: string; customerId: string }[];
}

function choose<Item>(items: readonly Item[]): Item | undefined {
  return items[Math.floor(Math.random() * items.length)];
}

/** A command of some kind; of those that need a hold, a use or a grant only where one is known. */
function nextCommand(index: number, { holds, uses, grants }: Known): Sent {
  const customerId = choose(CUSTOMERS) ?? '';
  const keyed = { customerId, featureId: MESSAGES, idempotencyKey: `key-${index}` };
  const amount = String(1 + (index % 9));
  const [hold, use, grant] = [choose(holds), choose(uses), choose(grants)];
  const dice = Math.random();
  if (dice < 0.1 && hold) return { verb: 'settleHold', customerId: hold.customerId, input: { holdId: hold.id, amount } };
  if (dice < 0.16 && hold) return { verb: 'releaseHold', customerId: hold.customerId, input: { holdId: hold.id } };
  if (dice < 0.24 && use) {
    return { verb: 'reverseUsage', customerId: use.customerId, input: { entryId: use.id, idempotencyKey: `key-${index}` } };
  }
  if (dice < 0.26 && grant) return { verb: 'voidGrant', customerId: grant.customerId, input: { grantId: grant.id } };
  if (dice < 0.4) return { verb: 'placeHold', customerId, input: { ...keyed, amount } };
  if (dice < 0.55) return { verb: 'grantBalance', customerId, input: { ...keyed, amount: '20' } };
  if (dice < 0.6) return { verb: 'adjustBalance', customerId, input: { ...keyed, by: index % 2 ? '3' : '-2' } };
  const onShortfall = choose(['CAP', 'REJECT', 'OVERDRAW']);
  return { verb: 'track', customerId, input: { ...keyed, value: amount, onShortfall } };
}

const MORE: Partial<Record<Sent['verb'], string>> = {
  track: 'entry { id }',
  grantBalance: 'grant { id }',
  placeHold: 'hold { id }',
};

/** @returns what it moved; null where it was refused. @throws where there is no answer. */
async function send({ data }: Pick<TestBrim, 'data'>, sent: Sent, known: Known): Promise<Answered | null> {
  const { verb, input, customerId } = sent;
  const name = `${verb[0]?.toUpperCase()}${verb.slice(1)}`;
  const { [verb]: payload } = await data(
    `mutation ($input: ${name}Input!) { ${verb}(input: $input) {
       __typename ... on ${name}Success { balance { version } ${MORE[verb] ?? ''} }
     } }`,
    { input },
  );
  if (payload.__typename !== `${name}Success`) return null;
  if (payload.hold) known.holds.push({ id: payload.hold.id, customerId });
  if (payload.entry) known.uses.push({ id: payload.entry.id, customerId });
  if (payload.grant && verb === 'grantBalance') known.grants.push({ id: payload.grant.id, customerId });
  return { ...sent, version: payload.balance.version };
}

describe(`kill -9 in the middle of ${COMMANDS} mixed commands`, () => {
  const shop = openSharedShop();

  beforeAll(async () => {
    await Promise.all(CUSTOMERS.map((id) => createCustomer(shop.here, id)));
  });

  async function expectAllPromisesKept(): Promise<void> {
    const database = openDatabase({ url: shop.databaseUrl });
    try {
      for (const tables of await readTables(database, CUSTOMERS)) expectPromisesKept(tables, Date.now());
    } finally {
      await database.close();
    }
  }

  it('every answered command is there, all promises hold, and the unanswered ones, sent again with their keys, count once', {
    timeout: patience(240_000),
  }, async () => {
    const known: Known = { holds: [], uses: [], grants: [] };
    const answered: Answered[] = [];
    const unanswered: Sent[] = [];
    let sent = 0;
    const sendOneByOne = async () => {
      while (sent < COMMANDS && unanswered.length === 0) {
        const command = nextCommand(sent++, known);
        try {
          const answer = await send(shop.there, command, known);
          if (answer) answered.push(answer);
          if (sent > COMMANDS / 2) shop.there.kill();
        } catch {
          unanswered.push(command);
        }
      }
    };
    await Promise.all(Array.from({ length: SENDERS }, sendOneByOne));
    expect(await shop.there.exited).toEqual({ code: null, signal: 'SIGKILL' });
    expect(unanswered.length).toBeGreaterThan(0);
    await expectAllPromisesKept();
    await expectThere(answered);

    const again = await shop.processes.start({ database: { url: shop.databaseUrl } });
    const keyed = unanswered.filter(({ input }) => 'idempotencyKey' in input);
    const first = await Promise.all(keyed.map((command) => send(again, command, known)));
    const isTaken = (index: number) => first[index] !== null;
    const taken = keyed.filter((_, index) => isTaken(index)).map(({ input }) => input['idempotencyKey']);
    const before = await entriesUnder(taken);
    const second = await Promise.all(keyed.map((command) => send(again, command, known)));
    // What was taken is answered again and writes nothing. What was refused stored nothing, so its
    // key may have better luck now.
    expect(second.filter((_, index) => isTaken(index)).map((answer) => answer?.verb)).toEqual(
      first.filter((answer) => answer !== null).map(({ verb }) => verb),
    );
    expect(await entriesUnder(taken)).toEqual(before);
    while (sent < COMMANDS) {
      const rest = Array.from({ length: SENDERS }, () => nextCommand(sent++, known));
      for (const answer of await Promise.all(rest.map((command) => send(again, command, known))))
        if (answer) answered.push(answer);
    }
    await expectAllPromisesKept();
    await expectThere(answered);
    const keys = await shop.sql.rows<{ key: string; times: number }>(
      `SELECT idempotency_key AS key, count(*)::int AS times FROM ledger_entry WHERE customer_id = ANY($1) AND idempotency_key IS NOT NULL
       GROUP BY customer_id, idempotency_key HAVING count(*) > 1`,
      [CUSTOMERS],
    );
    expect(keys, 'no key counted twice').toEqual([]);
  });

  /** The entries that were written under these keys, in their order. */
  function entriesUnder(keys: readonly unknown[]) {
    return shop.sql.rows(
      `SELECT customer_id, sequence::int, kind::text, amount::text, idempotency_key FROM ledger_entry
       WHERE customer_id = ANY($1) AND idempotency_key = ANY($2) ORDER BY 1, 2`,
      [CUSTOMERS, keys],
    );
  }

  /** Each answer's entry is in the table, of the kind that its verb writes. */
  async function expectThere(answers: readonly Answered[]): Promise<void> {
    const rows = await shop.sql.rows<{ customer: string; sequence: number; kind: string }>(
      'SELECT customer_id AS customer, sequence::int, kind::text FROM ledger_entry WHERE customer_id = ANY($1)',
      [CUSTOMERS],
    );
    const kinds = new Map(rows.map(({ customer, sequence, kind }) => [`${customer} ${sequence}`, kind]));
    const lost = answers.filter(({ customerId, version, verb }) => {
      const kind = kinds.get(`${customerId} ${version}`) ?? 'none';
      // A grant is voided once. A later request gets the present balance, which another entry may
      // have moved last.
      if (verb === 'voidGrant') return kind === 'none';
      // What comes back out of a hold to a grant that was voided meanwhile is let go by an entry of
      // its own.
      const isLetGo = kind === 'VOID' && (verb === 'settleHold' || verb === 'releaseHold');
      return kind !== KINDS[verb] && !isLetGo;
    });
    expect(lost).toEqual([]);
  }
});
