import { describe, expect, it } from 'vitest';
import {
  applyBalances,
  applyMessage,
  type Balances,
  covers,
  emptyBalance,
  type LiveBalance,
  NO_BALANCES,
} from '../../../src/clients/live/balances.ts';

const balance = (remaining: string, version: number, id = 'messages'): LiveBalance => ({
  ...emptyBalance(id),
  remaining,
  version,
});
const snapshot = (sequence: number, of: LiveBalance) => ({ cause: 'SNAPSHOT', sequence, balance: of }) as const;
const change = (of: LiveBalance) => ({ cause: 'LEDGER', sequence: of.version, balance: of }) as const;
const shown = ({ byFeature }: Balances) =>
  Object.fromEntries(Object.values(byFeature).map(({ feature, remaining }) => [feature.id, remaining]));

describe('what a page knows', () => {
  it('begins with a snapshot of each balance, and moves on with each change', () => {
    const known = [
      snapshot(4, balance('10', 3)),
      snapshot(4, balance('7', 4, 'words')),
      change(balance('8', 5)),
    ].reduce<Balances>((state, message) => applyMessage(state, message, undefined), NO_BALANCES);
    expect(shown(known)).toEqual({ messages: '8', words: '7' });
    expect(known.sequence).toBe(5);
  });

  it('is not moved by what is older or the same, and is the same object then', () => {
    const known = applyMessage(NO_BALANCES, change(balance('8', 5)), undefined);
    expect(applyMessage(known, change(balance('9', 4)), undefined)).toBe(known);
    expect(applyMessage(known, change(balance('8', 5)), undefined)).toBe(known);
    expect(applyBalances(known, [balance('10', 3), balance('0', 5)])).toBe(known);
    expect(applyBalances(known, [])).toBe(known);
  });

  it('takes in what a query knows better, without moving the place from which it is told', () => {
    const known = applyBalances(applyMessage(NO_BALANCES, change(balance('8', 5)), undefined), [balance('3', 9)]);
    expect(shown(known)).toEqual({ messages: '3' });
    expect(known.sequence).toBe(5);
    const late = applyMessage(known, change(balance('7', 6)), 5);
    expect(shown(late)).toEqual({ messages: '3' });
    expect(late.sequence).toBe(6);
  });

  it('leaves the balances that did not move as they are', () => {
    const known = applyBalances(NO_BALANCES, [balance('1', 1), balance('2', 2, 'words')]);
    const moved = applyMessage(known, change(balance('0', 3)), 2);
    expect(moved.byFeature['words']).toBe(known.byFeature['words']);
  });

  it('is forgotten where the ledger has gone back behind it: a snapshot answers an `after` that it has not reached', () => {
    const known = [change(balance('8', 5)), change(balance('2', 6, 'words'))].reduce<Balances>(
      (state, message) => applyMessage(state, message, undefined),
      NO_BALANCES,
    );
    const first = applyMessage(known, snapshot(2, balance('10', 1)), 6);
    expect(shown(first)).toEqual({ messages: '10' });
    expect(first.sequence).toBe(2);
    const second = applyMessage(first, snapshot(2, balance('4', 2, 'words')), 6);
    expect(shown(second)).toEqual({ messages: '10', words: '4' });
  });
});

describe('covers', () => {
  it.each([
    ['10', 10, true],
    ['10', '10.000000000001', false],
    ['0.3', 0.3, true],
    ['99999999999999999999.5', '99999999999999999999.6', false],
    ['-1', '0', false],
    ['-0.5', '-0.25', false],
    ['0', 1, false],
  ])('%s remaining, %s required: %s', (remaining, required, allowed) => {
    expect(covers({ unlimited: false, remaining }, required)).toBe(allowed);
    expect(covers({ unlimited: true, remaining }, required)).toBe(true);
  });

  it('takes no text that is no number', () => {
    expect(() => covers(emptyBalance('messages'), 'six')).toThrow('"10"');
  });
});
