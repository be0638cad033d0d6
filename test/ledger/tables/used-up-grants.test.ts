import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { applyCommand } from '../../../src/ledger/rules/apply-command.ts';
import { readPools } from '../../../src/ledger/tables/account-states.ts';
import { decimal } from '../../../src/values/decimal.ts';
import { type PlanNode, type PlanRow, planOf } from '../../support/query-plan.ts';
import { NEW_ACCOUNT } from '../account.ts';
import { command, type Fixture, idsOf, NOW, openAccounts, openFixture } from '../fixture.ts';
import { FEATURE, grant, use } from '../postings.ts';

const WANTED = [{ customerId: 'regular', featureId: FEATURE }];

let fixture: Fixture;
beforeAll(async () => {
  fixture = await openFixture();
  const ledger = fixture.openLedger();
  // A thousand top-ups of 10, all used up, and two of which something is left.
  await openAccounts(ledger, ['regular'], ...idsOf(1_000, 'used-up').map((id) => grant(id, '10')));
  await ledger.post(command('regular', use('10000', 'REJECT')));
  await ledger.post({ customerId: 'regular', postings: [grant('a', '10'), grant('b', '10'), use('5')] });
  await fixture.database.client.$executeRaw`ANALYZE "grant"`;
});
afterAll(() => fixture.close());

/** What Postgres does for the statement by which the writer reads, while it runs `read`. */
async function planOfRead(): Promise<readonly PlanNode[]> {
  return fixture.database.transaction(async (transaction) => {
    let nodes: readonly PlanNode[] = [];
    const explaining: typeof transaction = Object.create(transaction, {
      $queryRawUnsafe: {
        value: async (sql: string, ...values: unknown[]) => {
          nodes = await planOf(sql, (explained) => transaction.$queryRawUnsafe<PlanRow[]>(explained, ...values));
          return [];
        },
      },
    });
    await readPools(explaining, WANTED);
    return nodes;
  });
}

describe('a customer with a thousand used-up grants', () => {
  test('is there as a row each, none of them open', async () => {
    const { client } = fixture.database;
    expect(await client.grant.count({ where: { customerId: 'regular', open: false } })).toBe(1_000);
  });

  test('is loaded with the open ones only', async () => {
    const pools = await fixture.database.transaction((transaction) => readPools(transaction, WANTED));
    const pool = pools.get('regular')?.get(FEATURE);
    expect(pool?.grants.map(({ id, remaining }) => [id, remaining])).toEqual([
      ['a', decimal('5')],
      ['b', decimal('10')],
    ]);
    expect(pool?.balance).toMatchObject({ granted: decimal('10020'), usage: decimal('10005'), remaining: decimal('15') });
  });

  test('costs Postgres two rows of the partial index, and none that is thrown away', async () => {
    const grants = (await planOfRead()).filter(
      (node) => node['Relation Name'] === 'grant' || node['Index Name']?.startsWith('grant'),
    );
    expect(grants.map((node) => node['Index Name'])).toContain('grant_open');
    expect(grants.reduce((sum, node) => sum + (node['Rows Removed by Filter'] ?? 0), 0)).toBe(0);
    expect(Math.max(...grants.map((node) => node['Actual Rows'] * node['Actual Loops']))).toBe(2);
  });

  test('needs one statement more for a use, not one more for each grant: one changed grant is written', async () => {
    const pools = await fixture.database.transaction((transaction) => readPools(transaction, WANTED));
    const before = { ...NEW_ACCOUNT, customerId: 'regular', sequence: 1_004n, pools: pools.get('regular') ?? new Map() };
    const { state } = applyCommand(before, command('regular', use('1')), NOW);
    const changed = state.pools.get(FEATURE)?.grants.filter((after) => !before.pools.get(FEATURE)?.grants.includes(after));
    expect(changed?.map(({ id }) => id)).toEqual(['a']);
  });
});
