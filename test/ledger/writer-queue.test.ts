import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { OverloadedError, UnavailableError } from '../../src/values/errors.ts';
import { command, type Fixture, openAccounts, openFixture } from './fixture.ts';
import { grant, use } from './postings.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await openFixture();
  await openAccounts(fixture.openLedger(), ['ada', 'bob'], grant('g', '1000'));
});
afterAll(() => fixture.close());

function makeGate() {
  let open = () => {};
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { passed, open: () => open() };
}

/** A database whose transactions wait at a gate, and how many wait there. */
function gated() {
  const gate = makeGate();
  const begun = { count: 0 };
  const transaction: Fixture['database']['transaction'] = async (work) => {
    begun.count += 1;
    await gate.passed;
    return fixture.database.transaction(work);
  };
  return { begun, open: gate.open, transaction };
}

const statuses = async (posts: readonly Promise<unknown>[]) => (await Promise.allSettled(posts)).map(({ status }) => status);

describe('the queue is bounded', () => {
  test('by commands: the one too many is refused at once, while the others still wait', async () => {
    const { begun, open, transaction } = gated();
    const ledger = fixture.openLedger({ transaction, limits: { queuedCommands: 3 } });
    const first = ledger.post(command('ada', use('1')));
    await vi.waitFor(() => expect(begun.count).toBe(1));
    const waiting = [1, 2, 3].map(() => ledger.post(command('ada', use('1'))));
    await expect(ledger.post(command('ada', use('1')))).rejects.toBeInstanceOf(OverloadedError);
    await expect(ledger.post(command('bob', use('1')))).rejects.toMatchObject({ code: 'OVERLOADED', retryable: true });
    open();
    expect(await statuses([first, ...waiting])).toEqual(Array(4).fill('fulfilled'));
  });

  test('by bytes: large properties fill it sooner, and what is small still fits', async () => {
    const { begun, open, transaction } = gated();
    const ledger = fixture.openLedger({ transaction, limits: { queuedBytes: 20_000 } });
    const large = command('ada', { ...use('1'), properties: { text: 'x'.repeat(12_000) } });
    const first = ledger.post(command('ada', use('1')));
    await vi.waitFor(() => expect(begun.count).toBe(1));
    const waiting = ledger.post(large);
    await expect(ledger.post(large)).rejects.toBeInstanceOf(OverloadedError);
    const small = ledger.post(command('ada', use('1')));
    open();
    expect(await statuses([first, waiting, small])).toEqual(Array(3).fill('fulfilled'));
  });

  test('and takes commands again once it has moved on', async () => {
    const ledger = fixture.openLedger({ limits: { queuedCommands: 1, queuedBytes: 2_000 } });
    for (let turn = 0; turn < 5; turn += 1) {
      const posts = [ledger.post(command('ada', use('1'))), ledger.post(command('ada', use('1')))];
      expect(await statuses(posts)).toEqual(['fulfilled', 'rejected']);
    }
  });
});

describe('batches in flight', () => {
  test('are of different customers, and no more than the limit', async () => {
    const { begun, open, transaction } = gated();
    const ledger = fixture.openLedger({ transaction, limits: { batchCommands: 1, batchesInFlight: 2 } });
    const posts = ['ada', 'ada', 'bob', 'bob'].map((id) => ledger.post(command(id, use('1'))));
    await vi.waitFor(() => expect(begun.count).toBe(2));
    open();
    expect(await statuses(posts)).toEqual(Array(4).fill('fulfilled'));
    expect(begun.count).toBe(4);
  });

  test('a customer whose batch is under way blocks no other customer', async () => {
    const gate = makeGate();
    let begun = 0;
    const ledger = fixture.openLedger({
      transaction: async (work) => {
        begun += 1;
        if (begun === 1) await gate.passed;
        return fixture.database.transaction(work);
      },
    });
    const slow = ledger.post(command('ada', use('1')));
    await vi.waitFor(() => expect(begun).toBe(1));
    const behind = ledger.post(command('ada', use('1')));
    await ledger.post(command('bob', use('1')));
    expect(begun).toBe(2);
    gate.open();
    expect(await statuses([slow, behind])).toEqual(['fulfilled', 'fulfilled']);
  });
});

describe('close', () => {
  test('answers what waits, and refuses the rest as retryable', async () => {
    const { begun, open, transaction } = gated();
    const ledger = fixture.openLedger({ transaction, limits: { batchCommands: 1 } });
    const posts = [1, 2, 3].map(() => ledger.post(command('ada', use('1'))));
    const order: string[] = [];
    for (const post of posts) void post.then(() => order.push('answered'));
    await vi.waitFor(() => expect(begun.count).toBe(1));
    const closing = ledger.close().then(() => order.push('closed'));
    await expect(ledger.post(command('ada', use('1')))).rejects.toMatchObject({ retryable: true, constructor: UnavailableError });
    open();
    await closing;
    expect(order).toEqual(['answered', 'answered', 'answered', 'closed']);
  });

  test('of an idle ledger is done at once, and a second time', async () => {
    const ledger = fixture.openLedger();
    await ledger.post(command('ada', use('1')));
    await ledger.close();
    await ledger.close();
  });

  test('twice while commands wait: both calls resolve', async () => {
    const ledger = fixture.openLedger();
    const post = ledger.post(command('ada', use('1')));
    await Promise.all([ledger.close(), ledger.close(), post]);
  });
});
