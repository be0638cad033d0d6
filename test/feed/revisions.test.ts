import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Feed, openFeed } from '../../src/feed/feed.ts';
import { openLog } from '../../src/platform/log.ts';
import { openFakeLedger, peek, quiet } from './fake-ledger.ts';

let feed: Feed;

beforeEach(() => {
  feed = openFeed({ reads: openFakeLedger().reads, log: openLog('silent') });
});
afterEach(() => feed.close());

describe('the revisions of a purchase', () => {
  it('begin with the current one, then each newer one that is found', async () => {
    let revision = 1;
    const stream = feed.purchaseChanges('pu_1', async () => ({ revision }));
    expect(await stream.next()).toEqual({ done: false, value: { revision: 1 } });
    const next = peek(stream.next());
    feed.onPurchase('pu_1', 1);
    feed.onPurchase('pu_2', 2);
    await quiet();
    expect(next.result).toBeUndefined();
    revision = 2;
    feed.onPurchase('pu_1', 2);
    await quiet();
    expect(next.result).toEqual({ done: false, value: { revision: 2 } });
  });

  it('are read again if a revision came during the read', async () => {
    let revision = 1;
    const reads: (() => void)[] = [];
    const stream = feed.purchaseChanges('pu_1', () => {
      const asRead = { revision };
      return new Promise<typeof asRead>((resolve) => reads.push(() => resolve(asRead)));
    });
    const first = peek(stream.next());
    await quiet();
    revision = 2;
    feed.onPurchase('pu_1', 2);
    reads.shift()?.();
    await quiet();
    expect(first.result?.value).toEqual({ revision: 1 });
    const second = peek(stream.next());
    await quiet();
    reads.shift()?.();
    await quiet();
    expect(second.result?.value).toEqual({ revision: 2 });
  });

  it('end at once if there is no such purchase', async () => {
    const stream = feed.purchaseChanges('pu_none', async () => null);
    expect(await stream.next()).toMatchObject({ done: true });
    expect(feed.subscribers).toBe(0);
  });
});
