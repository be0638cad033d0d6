import { describe, expect, it } from 'vitest';
import { openChannel } from '../../src/feed/channel.ts';
import { entryOf } from './fake-ledger.ts';

const entry = (sequence: number) => entryOf('ada', 'messages', BigInt(sequence));
const sequences = (entries: readonly { readonly sequence: bigint }[]) => entries.map(({ sequence }) => Number(sequence));

describe('the head of a channel', () => {
  it('starts at nothing and only rises', () => {
    const channel = openChannel();
    expect(channel.head).toBe(0n);
    expect([3n, 2n, 3n, 5n].map((sequence) => channel.advance(sequence))).toEqual([true, false, false, true]);
    expect(channel.head).toBe(5n);
  });

  it('does not move when an entry is kept', () => {
    const channel = openChannel();
    channel.keep(entry(1));
    expect(channel.head).toBe(0n);
  });
});

describe('what a channel keeps', () => {
  it('follows a cursor without a gap', () => {
    const channel = openChannel();
    for (const sequence of [4, 5, 6]) channel.keep(entry(sequence));
    expect(sequences(channel.keptAfter(3n))).toEqual([4, 5, 6]);
    expect(sequences(channel.keptAfter(5n))).toEqual([6]);
    expect(channel.keptAfter(6n)).toEqual([]);
  });

  it('is empty if the entry after the cursor is not kept and must be read', () => {
    const channel = openChannel();
    channel.keep(entry(4));
    expect(channel.keptAfter(2n)).toEqual([]);
    expect(channel.keptAfter(9n)).toEqual([]);
  });

  it('starts again after an entry of another process', () => {
    const channel = openChannel();
    for (const sequence of [4, 5, 7, 8]) channel.keep(entry(sequence));
    expect(channel.keptAfter(4n)).toEqual([]);
    expect(sequences(channel.keptAfter(6n))).toEqual([7, 8]);
  });

  it('is limited, however fast the customer changes', () => {
    const channel = openChannel();
    for (let sequence = 1; sequence <= 5_000; sequence += 1) channel.keep(entry(sequence));
    const kept = Array.from({ length: 5_000 }, (_, after) => channel.keptAfter(BigInt(after)).length);
    expect(Math.max(...kept)).toBe(64);
    expect(sequences(channel.keptAfter(4_936n))).toHaveLength(64);
    expect(channel.keptAfter(4_935n)).toEqual([]);
  });
});
