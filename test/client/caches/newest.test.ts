import { type DocumentNode, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { openNewest } from '../../../packages/client/src/caches/newest.ts';

const PLAIN = parse('{ viewer { id } }');

function balance(version: number, remaining: string, more: Record<string, unknown> = {}) {
  return { __typename: 'Balance', id: 'jo/messages', version, remaining, usage: `used-${version}`, ...more };
}

/** Takes in one answer after the other. @returns the last, as it passes. */
function pass(answers: readonly Record<string, unknown>[], document: DocumentNode = PLAIN) {
  const newest = openNewest();
  return answers.map((answer) => newest.apply(answer, document)).at(-1);
}

describe('what is newest', () => {
  it('stands in the place of what is older, wherever in an answer that is', () => {
    const late = { viewer: { id: 'jo', balances: [balance(6, '60')] }, check: { balance: balance(5, '50') } };
    expect(pass([{ balanceChanged: { balance: balance(7, '70') } }, late])).toEqual({
      viewer: { id: 'jo', balances: [balance(7, '70')] },
      check: { balance: balance(7, '70') },
    });
  });

  it('gives way to what is newer, and to what is of the same version', () => {
    const newer = { balance: balance(8, '80') };
    expect(pass([{ balance: balance(7, '70') }, newer])).toEqual(newer);
    const same = { balance: balance(7, '70', { held: '1' }) };
    expect(pass([{ balance: balance(7, '70') }, same])).toEqual(same);
  });

  it('is of one balance: another of the same version is its own', () => {
    const other = { balance: balance(1, '10', { id: 'jo/words' }) };
    expect(pass([{ balance: balance(7, '70') }, other])).toEqual(other);
  });

  it('is that of the last, where one answer holds several moments of one balance', () => {
    const batch = { results: [balance(2, '20'), balance(3, '30')] };
    expect(pass([batch, { balance: balance(2, '20') }])).toEqual({ balance: balance(3, '30') });
    expect(pass([batch])).toEqual(batch);
  });

  it('leaves the fields that no answer has had at the newest version, and everything that is not of the state', () => {
    const late = { balance: balance(6, '60', { held: '1', feature: { __typename: 'Feature', id: 'messages' } }) };
    expect(pass([{ balance: balance(7, '70') }, late])).toEqual({
      balance: balance(7, '70', { held: '1', feature: { __typename: 'Feature', id: 'messages' } }),
    });
  });

  it('is known under an alias too', () => {
    const document = parse('{ balance { id version remaining left: remaining } }');
    const late = { balance: balance(6, '60', { left: '60' }) };
    expect(pass([{ balance: balance(7, '70') }, late], document)).toEqual({ balance: balance(7, '70', { left: '70' }) });
  });

  it('cannot be told without id or version, and what lacks one passes as it came', () => {
    const { version, ...unversioned } = balance(6, '60');
    expect(version).toBe(6);
    expect(pass([{ balance: balance(7, '70') }, { balance: unversioned }])).toEqual({ balance: unversioned });
  });

  it('is the status of a purchase with the highest revision', () => {
    const purchase = (revision: number, status: string) => ({ __typename: 'Purchase', id: 'pu_1', revision, status });
    expect(pass([{ purchaseChanged: purchase(2, 'ACTIVE') }, { purchase: purchase(1, 'PENDING') }])).toEqual({
      purchase: purchase(2, 'ACTIVE'),
    });
  });
});
