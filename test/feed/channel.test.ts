import { describe, expect, it } from 'vitest';
import { openChangeMemory } from '../../src/feed/change-memory.ts';
import { type Channel, openChannel } from '../../src/feed/channel.ts';
import { entryOf, openFakeLedger } from './fake-ledger.ts';

const entry = (sequence: number) => entryOf('ada', 'messages', BigInt(sequence));
const open = ({ reads } = openFakeLedger(), memory = openChangeMemory()): Channel =>
  openChannel({ customerId: 'ada', reads, kept: memory.open() });
const sequences = (entries: readonly { readonly sequence: bigint }[]) => entries.map(({ sequence }) => Number(sequence));

describe('the head of a channel', () => {
  it('starts at nothing and only rises', () => {
    const channel = open();
    expect(channel.head).toBe(0n);
    expect([3n, 2n, 3n, 5n].map((sequence) => channel.advance(sequence))).toEqual([true, false, false, true]);
    expect(channel.head).toBe(5n);
  });

  it('does not move when an entry is kept', () => {
    const channel = open();
    channel.keep(entry(1));
    expect(channel.head).toBe(0n);
  });
});

describe('what a channel keeps', () => {
  it('follows a cursor without a gap', () => {
    const channel = open();
    for (const sequence of [4, 5, 6]) channel.keep(entry(sequence));
    expect(sequences(channel.keptAfter(3n))).toEqual([4, 5, 6]);
    expect(sequences(channel.keptAfter(5n))).toEqual([6]);
    expect(channel.keptAfter(6n)).toEqual([]);
  });

  it('is empty if the entry after the cursor is not kept and must be read', () => {
    const channel = open();
    channel.keep(entry(4));
    expect(channel.keptAfter(2n)).toEqual([]);
    expect(channel.keptAfter(9n)).toEqual([]);
  });

  it('ends before an entry of another process', () => {
    const channel = open();
    for (const sequence of [4, 5, 7, 8]) channel.keep(entry(sequence));
    expect(sequences(channel.keptAfter(3n))).toEqual([4, 5]);
    expect(channel.keptAfter(5n)).toEqual([]);
    expect(sequences(channel.keptAfter(6n))).toEqual([7, 8]);
  });

  it('is one object for every subscriber, and twenty at once for each', () => {
    const channel = open();
    for (let sequence = 1; sequence <= 30; sequence += 1) channel.keep(entry(sequence));
    expect(sequences(channel.keptAfter(0n))).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    expect(channel.keptAfter(7n)[0]).toBe(channel.keptAfter(0n)[7]);
  });

  it('is all that a subscriber may still need, and no more', () => {
    const channel = open();
    for (let sequence = 1; sequence <= 5_000; sequence += 1) channel.keep(entry(sequence));
    expect(channel.keptAfter(3_999n)).toEqual([]);
    expect(sequences(channel.keptAfter(4_000n))[0]).toBe(4_001);
    expect(sequences(channel.keptAfter(4_999n))).toEqual([5_000]);
  });

  it('begins again where a commit stands in the place of one that was lost', () => {
    const channel = open();
    for (const sequence of [4, 5, 6]) channel.keep(entry(sequence));
    const other = { ...entry(5), amount: 7n };
    channel.keep(other);
    expect(channel.keptAfter(3n)).toEqual([]);
    expect(channel.keptAfter(4n)).toMatchObject([{ entry: other }]);
    expect(channel.keptAfter(5n)).toEqual([]);
  });

  it('is gone after the ledger went back', () => {
    const channel = open();
    for (const sequence of [1, 2, 3]) channel.keep(entry(sequence));
    channel.rewind(1n);
    expect(channel.keptAfter(0n)).toEqual([]);
  });

  it('is bounded over all customers, and what was kept longest ago goes first', () => {
    const memory = openChangeMemory(10 * 1_024);
    const [first, second] = [open(undefined, memory), open(undefined, memory)];
    for (let sequence = 1; sequence <= 6; sequence += 1) first.keep(entry(sequence));
    for (let sequence = 1; sequence <= 6; sequence += 1) second.keep(entry(sequence));
    expect([0n, 1n, 2n].map((after) => sequences(first.keptAfter(after)))).toEqual([[], [], [3, 4, 5, 6]]);
    expect(sequences(second.keptAfter(0n))).toHaveLength(6);
    second.keep({ ...entry(7), properties: { text: 'x'.repeat(8 * 1_024) } });
    expect(sequences(second.keptAfter(6n))).toEqual([7]);
    expect(second.keptAfter(4n)).toEqual([]);
  });

  it('is given back when the last subscriber leaves', () => {
    const memory = openChangeMemory(10 * 1_024);
    const [first, second] = [open(undefined, memory), open(undefined, memory)];
    for (let sequence = 1; sequence <= 6; sequence += 1) first.keep(entry(sequence));
    first.close();
    for (let sequence = 1; sequence <= 10; sequence += 1) second.keep(entry(sequence));
    expect(sequences(second.keptAfter(0n))).toHaveLength(10);
  });
});

describe('what a channel reads', () => {
  it('is read once for all who are at one place, and then kept for those who come to it', async () => {
    const ledger = openFakeLedger();
    ledger.write('ada', 'messages', 30);
    const channel = open(ledger);
    const [one, other] = await Promise.all([channel.readAfter(0n), channel.readAfter(0n)]);
    expect(sequences(one)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    expect(other[3]).toBe(one[3]);
    expect(sequences(channel.keptAfter(15n))).toEqual([16, 17, 18, 19, 20]);
    expect(ledger.asked).toEqual(['entries after 0']);
  });

  it('is not kept where the ledger went back meanwhile', async () => {
    const ledger = openFakeLedger();
    ledger.write('ada', 'messages', 3);
    const channel = open(ledger);
    const lost = channel.readAfter(0n);
    channel.rewind(1n);
    expect(await lost).toEqual([]);
    expect(channel.keptAfter(0n)).toEqual([]);
    expect(sequences(await channel.readAfter(0n))).toEqual([1, 2, 3]);
  });

  it('is asked for again after a failure', async () => {
    const ledger = openFakeLedger();
    ledger.write('ada');
    ledger.awayFor = 1;
    const channel = open(ledger);
    await expect(Promise.all([channel.readAfter(0n), channel.readAfter(0n)])).rejects.toThrow();
    expect(sequences(await channel.readAfter(0n))).toEqual([1]);
  });
});
