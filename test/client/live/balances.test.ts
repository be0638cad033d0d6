import { describe, expect, it } from 'vitest';
import {
  applyBalances,
  applyMessage,
  type Balances,
  covers,
  emptyBalance,
  type LiveBalance,
  NO_BALANCES,
  resume,
} from '../../../packages/client/src/live/balances.ts';

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
    ].reduce<Balances>((state, message) => applyMessage(state, message), NO_BALANCES);
    expect(shown(known)).toEqual({ messages: '8', words: '7' });
    expect(known.sequence).toBe(5);
  });

  it('is not moved by what is older or the same, and is the same object then', () => {
    const known = applyMessage(NO_BALANCES, change(balance('8', 5)));
    expect(applyMessage(known, change(balance('9', 4)))).toBe(known);
    expect(applyMessage(known, change(balance('8', 5)))).toBe(known);
    expect(applyBalances(known, [balance('10', 3), balance('0', 5)])).toBe(known);
    expect(applyBalances(known, [])).toBe(known);
  });

  it('takes in what a query knows better, without moving the place from which it is told', () => {
    const known = applyBalances(applyMessage(NO_BALANCES, change(balance('8', 5))), [balance('3', 9)]);
    expect(shown(known)).toEqual({ messages: '3' });
    expect(known.sequence).toBe(5);
    const late = applyMessage(known, change(balance('7', 6)));
    expect(shown(late)).toEqual({ messages: '3' });
    expect(late.sequence).toBe(6);
  });

  it('leaves the balances that did not move as they are', () => {
    const known = applyBalances(NO_BALANCES, [balance('1', 1), balance('2', 2, 'words')]);
    const moved = applyMessage(known, change(balance('0', 3)));
    expect(moved.byFeature['words']).toBe(known.byFeature['words']);
  });

  it('is forgotten where the ledger has gone back behind it: a snapshot is from before what is known', () => {
    const known = [change(balance('8', 5)), change(balance('2', 6, 'words'))].reduce<Balances>(
      (state, message) => applyMessage(state, message),
      NO_BALANCES,
    );
    const first = applyMessage(known, snapshot(2, balance('10', 1)));
    expect(shown(first)).toEqual({ messages: '10' });
    expect(first.sequence).toBe(2);
    const second = applyMessage(first, snapshot(2, balance('4', 2, 'words')));
    expect(shown(second)).toEqual({ messages: '10', words: '4' });
  });
});

describe('a snapshot of several balances', () => {
  const first = { cause: 'SNAPSHOT', sequence: 9007199254740991, balance: balance('10', 3) } as const;
  const last = snapshot(4, balance('7', 4, 'words'));

  it('that was cut off is shown as far as it came, and asked for again', () => {
    const cut = applyMessage(NO_BALANCES, first);
    expect(shown(cut)).toEqual({ messages: '10' });
    expect(resume(cut)).toEqual({ known: { byFeature: cut.byFeature }, after: undefined });
    expect(resume(applyMessage(cut, last)).after).toBe(4);
  });

  it('that came after a resume is no place to go on from either, until its last message', () => {
    const known = applyMessage(NO_BALANCES, change(balance('8', 2)));
    const cut = applyMessage(known, first);
    expect(resume(cut)).toEqual({ known: { byFeature: cut.byFeature, sequence: 2 }, after: undefined });
    expect(applyMessage(cut, last)).toEqual({
      byFeature: { messages: balance('10', 3), words: balance('7', 4, 'words') },
      sequence: 4,
    });
  });

  it('from before what is known replaces it with its last message, also where it was cut off before', () => {
    const known = [change(balance('8', 8)), change(balance('1', 9, 'gone'))].reduce<Balances>(applyMessage, NO_BALANCES);
    const { known: again } = resume(applyMessage(known, first));
    const whole = [first, last].reduce<Balances>(applyMessage, again);
    expect(shown(whole)).toEqual({ messages: '10', words: '7' });
    expect(resume(whole).after).toBe(4);
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
    ['0.3', 0.1 + 0.2, true],
    ['0.299999999999', 0.1 + 0.2, false],
    ['0', 5e-13, true],
    ['0.000000000001', 1.5e-12, false],
    ['0.000000000002', 1.5e-12, true],
    ['0', 1e-300, true],
    ['999999999999999999999', 1e21, false],
    ['1.50', '1.5000000000000000', true],
  ])('%s remaining, %s required: %s', (remaining, required, allowed) => {
    expect(covers({ unlimited: false, remaining }, required)).toBe(allowed);
    expect(covers({ unlimited: true, remaining }, required)).toBe(true);
  });

  it.each(['six', '1e3', '0.0000000000001', '', '.5', Number.NaN, Number.POSITIVE_INFINITY])(
    'takes no %j, which the server would refuse',
    (required) => {
      expect(() => covers(emptyBalance('messages'), required)).toThrow('"10"');
    },
  );
});
