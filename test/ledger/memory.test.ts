import { describe, expect, test } from 'vitest';
import { openMemory } from '../../src/ledger/memory.ts';
import { NOTHING } from '../../src/ledger/model/account-state.ts';
import { applyCommand } from '../../src/ledger/rules/apply-command.ts';
import { NEW_ACCOUNT } from './account.ts';
import { command, NOW } from './fixture.ts';
import { FEATURE, grant, use } from './postings.ts';

const stateOf = (customerId: string, ...amounts: string[]) =>
  amounts.reduce((state, amount, index) => applyCommand(state, command(customerId, grant(`g${index}`, amount)), NOW).state, {
    ...NEW_ACCOUNT,
    customerId,
  });

describe('the memory of accounts', () => {
  test('gives back what was kept: the row of the account and its balances', () => {
    const memory = openMemory(100_000);
    const state = stateOf('ada', '10', '5');
    memory.keep(state);
    const { holds: _, families: __, payments: ___, ...account } = state;
    expect(memory.recall('ada')).toEqual(account);
    expect(memory.recall('bob')).toBeUndefined();
  });

  test('keeps the newest of one account', () => {
    const memory = openMemory(100_000);
    memory.keep(stateOf('ada', '10'));
    memory.keep(stateOf('ada', '10', '5'));
    expect(memory.recall('ada')?.sequence).toBe(2n);
    memory.forget('ada');
    expect(memory.recall('ada')).toBeUndefined();
  });

  test('drops the grants that are used up, which a read does not find either', () => {
    const memory = openMemory(100_000);
    memory.keep(applyCommand(stateOf('ada', '3', '5'), command('ada', use('3')), NOW).state);
    const pool = memory.recall('ada')?.pools.get(FEATURE);
    expect(pool?.grants.map(({ id }) => id)).toEqual(['g1']);
    expect(pool?.balance.usage).toBe(3_000_000_000_000n);
  });

  test('is bounded: what was not used for the longest time goes first', () => {
    const memory = openMemory(5_000);
    const kept = () => ['a', 'b', 'c', 'd', 'e'].filter((id) => memory.recall(id) !== undefined);
    for (const id of ['a', 'b', 'c']) memory.keep(stateOf(id, '10'));
    expect(kept()).toEqual(['a', 'b', 'c']);
    memory.recall('a');
    memory.keep(stateOf('d', '10'));
    expect(kept()).toEqual(['a', 'c', 'd']);
    memory.forget('c');
    memory.keep(stateOf('e', '10'));
    expect(kept()).toEqual(['a', 'd', 'e']);
  });

  test('stays within its bytes whatever is kept and forgotten, and holds as much as fits', () => {
    const memory = openMemory(5_000);
    for (let turn = 0; turn < 1_000; turn += 1) {
      const id = `customer-${turn % 7}`;
      if (turn % 5 === 0) memory.forget(id);
      else memory.keep(stateOf(id, ...Array.from({ length: (turn % 3) + 1 }, () => '1')));
    }
    for (const id of ['x', 'y', 'z']) memory.keep(stateOf(id, '10'));
    expect(['x', 'y', 'z'].map((id) => memory.recall(id)?.sequence)).toEqual([1n, 1n, 1n]);
  });

  test('does not keep an account that is larger than all of it, and loses none for it', () => {
    const memory = openMemory(3_000);
    memory.keep(stateOf('small', '1'));
    memory.keep(stateOf('large', ...Array.from({ length: 20 }, () => '1')));
    expect(memory.recall('large')).toBeUndefined();
    expect(memory.recall('small')).toBeDefined();
  });

  test('of no bytes keeps nothing', () => {
    const memory = openMemory(0);
    memory.keep({
      ...NEW_ACCOUNT,
      pools: new Map([[FEATURE, { balance: { ...NOTHING, customerId: 'a', featureId: FEATURE, version: 0n }, grants: [] }]]),
    });
    expect(memory.recall(NEW_ACCOUNT.customerId)).toBeUndefined();
  });
});
