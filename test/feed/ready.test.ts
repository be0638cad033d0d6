import { describe, expect, it } from 'vitest';
import { CursorLostError, readPlace, writePlace } from '../../src/feed/every-cursor.ts';
import { entriesAfter, withoutGap } from '../../src/feed/ready.ts';
import { BEFORE_ALL, type PlacedEntry } from '../../src/ledger/order.ts';
import { InvalidInputError } from '../../src/values/errors.ts';
import { entryOf } from './fake-ledger.ts';

const at = (second: number) => new Date(second * 1_000);
/** The entry at each position, recorded at that second. */
const placed = (...positions: number[]): PlacedEntry[] =>
  positions.map((position) => ({
    position: BigInt(position),
    entry: { ...entryOf('ada', 'messages', BigInt(position)), recordedAt: at(position) },
  }));
const positionsOf = (entries: readonly PlacedEntry[]) => entries.map(({ position }) => Number(position));

describe('the entries that may be told', () => {
  it.each([
    { says: 'all of them where there is no gap', after: 4, found: [5, 6, 7], settled: 0, ready: [5, 6, 7] },
    { says: 'those before the first gap', after: 4, found: [5, 6, 8, 9], settled: 0, ready: [5, 6] },
    { says: 'none behind a gap', after: 4, found: [6, 7], settled: 0, ready: [] },
    { says: 'those behind a gap that nothing can fill', after: 4, found: [6, 9], settled: 9, ready: [6, 9] },
    { says: 'those up to the first gap after that', after: 4, found: [6, 9, 10, 12], settled: 9, ready: [6, 9, 10] },
    { says: 'none where there are none', after: 4, found: [], settled: 9, ready: [] },
  ])('are $says', ({ after, found, settled, ready }) => {
    expect(positionsOf(withoutGap(BigInt(after), placed(...found), BigInt(settled)))).toEqual(ready);
  });
});

describe('a place', () => {
  it('is followed by what comes after its own entry', () => {
    expect(positionsOf(entriesAfter({ position: 4n, recordedAt: at(4) }, placed(4, 5)))).toEqual([5]);
    expect(positionsOf(entriesAfter(BEFORE_ALL, placed(1, 2)))).toEqual([1, 2]);
  });

  it.each([
    ['no entry', []],
    ['a later entry', placed(5)],
    ['an entry of another time', [{ ...placed(7)[0], position: 4n } as PlacedEntry]],
  ])('is lost where the ledger has %s there', (_, found) => {
    expect(() => entriesAfter({ position: 4n, recordedAt: at(4) }, found)).toThrow(CursorLostError);
  });

  it('is the same after it was text', () => {
    for (const place of [BEFORE_ALL, { position: 9_007_199_254_740_993n, recordedAt: new Date(1_700_000_000_123) }])
      expect(readPlace(writePlace(place))).toEqual(place);
  });

  it.each([
    ['', 'no text'],
    ['7', 'a number'],
    [Buffer.from('["7"]').toString('base64url'), 'a cursor of another list'],
    [Buffer.from('["-7","2026-01-01T00:00:00.000Z"]').toString('base64url'), 'a position below zero'],
    [Buffer.from('["7","yesterday"]').toString('base64url'), 'no instant'],
    [Buffer.from('["7",""]').toString('base64url'), 'a position without its instant'],
    [Buffer.from('["0","2026-01-01T00:00:00.000Z"]').toString('base64url'), 'an entry before all entries'],
    [Buffer.from('["9999999999999999999","2026-01-01T00:00:00.000Z"]').toString('base64url'), 'more than a position can be'],
  ])('is not read from %j: %s', (text) => {
    expect(() => readPlace(text)).toThrow(InvalidInputError);
  });
});
