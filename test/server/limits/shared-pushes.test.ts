import { describe, expect, it, vi } from 'vitest';
import { maskError } from '../../../src/server/answers/masking.ts';
import type { Push } from '../../../src/server/limits/bounded-execution.ts';
import { openPushQueue } from '../../../src/server/limits/push-queue.ts';
import { type Execute, openSharedPushes, type Selection } from '../../../src/server/limits/shared-pushes.ts';

const EVENT = { sequence: 7 };
const pushOf = (text: string): Push => ({ result: { data: { text } }, isTooMuch: false });
const hasNotLeft = () => false;
const open = (keptMaxCharacters?: number) => openSharedPushes(openPushQueue(), keptMaxCharacters);
/** Asks without an answer of its own: what comes was executed for somebody else. */
const none: Execute = async () => pushOf('nothing shared');
const textOf = async (push: Push | Promise<Push>) => (await push).result.data?.['text'];

function join(count: number, key: string | undefined, pushes = open()): readonly [Selection, ...Selection[]] {
  const [first, ...others] = Array.from({ length: count }, () => pushes.join(key));
  if (!first) throw new Error('nobody joined');
  return [first, ...others];
}

/** The next turn of the event loop: by then the reads of this one were sent. */
const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

describe('the push of one event', () => {
  it('is executed once for equal selections, whenever they come to it', async () => {
    const [first, ...others] = join(50, 'key');
    const run = vi.fn(() => pushOf('shared'));
    const came = [await textOf(first.push(EVENT, hasNotLeft, run))];
    await nextTurn();
    for (const each of others) came.push(await textOf(each.push(EVENT, hasNotLeft, run)));
    expect(came).toEqual(came.map(() => 'shared'));
    expect(run).toHaveBeenCalledTimes(1);
  });

  it('is executed for each selection that differs', async () => {
    const pushes = open();
    const keys = ['one', 'one', 'two', 'two'];
    const came = keys.map((key) => pushes.join(key)).map((each, index) => each.push(EVENT, hasNotLeft, () => pushOf(`${index}`)));
    expect(await Promise.all(came.map(textOf))).toEqual(['0', '0', '2', '2']);
  });

  it('is executed for each who shares nothing', async () => {
    const [first, other] = join(2, undefined);
    await first.push(EVENT, hasNotLeft, () => pushOf('first'));
    expect(await textOf(other?.push(EVENT, hasNotLeft, () => pushOf('other')) ?? pushOf(''))).toBe('other');
  });

  it('is not the push of an equal event', async () => {
    const [first, other] = join(2, 'key');
    await first.push(EVENT, hasNotLeft, () => pushOf('first'));
    expect(await textOf(other?.push({ ...EVENT }, hasNotLeft, () => pushOf('other')) ?? pushOf(''))).toBe('other');
  });

  it('is executed again after an error, which may not come again', async () => {
    const [first, other] = join(2, 'key');
    const failed: Push = { result: { data: null, errors: [maskError(new Error('no'))] }, isTooMuch: false };
    await first.push(EVENT, hasNotLeft, () => failed);
    await nextTurn();
    expect(await textOf(other?.push(EVENT, hasNotLeft, () => pushOf('again')) ?? pushOf(''))).toBe('again');
  });
});

describe('a push that reads', () => {
  const reading =
    (text: string): Execute =>
    async () => {
      await nextTurn();
      return pushOf(text);
    };

  it('is shared by all who ask before its reads are sent', async () => {
    const all = join(50, 'key');
    const came = all.map((each, index) => each.push(EVENT, hasNotLeft, reading(`read for ${index}`)));
    expect(new Set(await Promise.all(came.map(textOf)))).toEqual(new Set(['read for 0']));
  });

  it('is not shared with those who ask later: they may have been told of something newer', async () => {
    const [first, during, after] = join(3, 'key');
    const early = first.push(EVENT, hasNotLeft, reading('early'));
    await Promise.resolve();
    await new Promise<void>((resolve) => process.nextTick(resolve));
    const late = during?.push(EVENT, hasNotLeft, reading('late')) ?? pushOf('');
    expect([await textOf(early), await textOf(late)]).toEqual(['early', 'late']);
    expect(await textOf(after?.push(EVENT, hasNotLeft, reading('last')) ?? pushOf(''))).toBe('last');
  });

  it('goes on while somebody waits for it', async () => {
    const left = new Set<number>();
    const seen: boolean[] = [];
    const run: Execute = async (hasLeft) => {
      await nextTurn();
      for (const reader of [0, 1]) {
        left.add(reader);
        seen.push(hasLeft());
      }
      return pushOf('read');
    };
    const came = join(2, 'key').map((each, reader) => each.push(EVENT, () => left.has(reader), run));
    await Promise.all(came);
    expect(seen).toEqual([false, true]);
  });

  it('fails for all who share it', async () => {
    const run: Execute = () => Promise.reject(new Error('no'));
    const came = join(3, 'key').map((each) => each.push(EVENT, hasNotLeft, run));
    for (const each of came) await expect(each).rejects.toThrow('no');
  });
});

describe('what is kept for those who come later', () => {
  it('is nothing of a selection that one subscription has', async () => {
    const pushes = open();
    const [alone] = join(1, 'key', pushes);
    await alone.push(EVENT, hasNotLeft, () => pushOf('own'));
    await nextTurn();
    expect(await textOf(pushes.join('key').push(EVENT, hasNotLeft, () => pushOf('executed')))).toBe('executed');
  });

  it('is forgotten with the last subscription', async () => {
    const pushes = open();
    const both = join(2, 'key', pushes);
    await both[0].push(EVENT, hasNotLeft, () => pushOf('before'));
    for (const each of both) each.leave();
    both[0].leave();
    expect(await textOf(pushes.join('key').push(EVENT, hasNotLeft, () => pushOf('after')))).toBe('after');
  });

  it('is bounded by its size, and the oldest goes first', async () => {
    const [first, other] = join(2, 'key', open(3_000));
    const events = Array.from({ length: 5 }, (_, sequence) => ({ sequence }));
    for (const event of events) await first.push(event, hasNotLeft, () => pushOf('x'.repeat(400)));
    await nextTurn();
    const came = await Promise.all(events.map((event) => textOf(other?.push(event, hasNotLeft, none) ?? pushOf(''))));
    expect(came.map((text) => text !== 'nothing shared')).toEqual([false, false, true, true, true]);
  });
});
