import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ADVERSE_DELIVERY, type AdverseOrder, fateOf } from '../../../src/stripe/sandbox/wire/adverse-delivery.ts';
import { openSandboxFixture, type SandboxFixture, SECRET_KEY, sessionParams } from './fixture.ts';

const NEVER = { delayed: 0, duplicated: 0, reordered: 0, lost: 0, retried: 0 };

let fixture: SandboxFixture;
beforeAll(async () => {
  fixture = await openSandboxFixture();
});
afterAll(() => fixture.close());
beforeEach(async () => {
  await fixture.sandbox.webhooks.deliverAsUsual();
  await pass(86_400_000);
});

async function pass(durationMs: number) {
  fixture.clock.pass(durationMs);
  await fixture.sandbox.deliverDue();
}

/** Expires new sessions, each of which makes one event. @returns the ids of the sessions. */
async function makeEvents(count: number): Promise<readonly string[]> {
  const made: string[] = [];
  for (let each = 0; each < count; each += 1) {
    const { id } = await fixture.stripe.checkout.sessions.create(sessionParams());
    await fixture.stripe.checkout.sessions.expire(id);
    made.push(id);
  }
  return made;
}

/** What arrives of so many events until nothing is due any more, as their numbers. */
async function arrivalsOf(order: AdverseOrder, count = 6): Promise<readonly number[]> {
  await fixture.sandbox.webhooks.deliverAdversely(order);
  const before = fixture.receiver.received.length;
  const sessions = await makeEvents(count);
  await fixture.sandbox.deliverDue();
  for (let turn = 0; turn < 4; turn += 1) await pass(60_000);
  expect(await fixture.sandbox.events.pending()).toEqual([]);
  return fixture.receiver.received.slice(before).map(({ event }) => sessions.indexOf(event.data.object.id));
}

describe('events that are delivered adversely', () => {
  test('come several times, and also when they had arrived before', async () => {
    const twice = await arrivalsOf({ seed: 1, ...NEVER, duplicated: 100 });
    expect(new Set(twice).size).toBe(6);
    expect(twice.length).toBeGreaterThanOrEqual(12);
    const again = await arrivalsOf({ seed: 1, ...NEVER, retried: 100 });
    expect(new Set(again).size).toBe(6);
    expect(again.length).toBeGreaterThan(6);
  });

  test('come late, in another order, or never', async () => {
    const inOrder = [0, 1, 2, 3, 4, 5];
    const late = await arrivalsOf({ seed: 2, ...NEVER, delayed: 100 });
    expect(late.toSorted()).toEqual(inOrder);
    const shuffled = await arrivalsOf({ seed: 3, ...NEVER, reordered: 100 });
    expect(shuffled).not.toEqual(inOrder);
    expect(shuffled.toSorted()).toEqual(inOrder);
    expect(await arrivalsOf({ seed: 4, ...NEVER, lost: 100 })).toEqual([]);
  });

  test('meet the same where the seed is the same, and what is usual without one', async () => {
    const all = { seed: 5, lost: 30, reordered: 100 };
    const arrivals = await arrivalsOf(all);
    expect(arrivals.length).toBeGreaterThan(0);
    expect(await arrivalsOf(all)).toEqual(arrivals);
    expect(await arrivalsOf({ ...all, seed: 6 })).not.toEqual(arrivals);
    await fixture.sandbox.webhooks.deliverAsUsual();
    await makeEvents(2);
    expect(await fixture.sandbox.deliverDue()).toBe(2);
  });

  test('are ordered over HTTP, too, and only with a seed', async () => {
    const post = (verb: string, form: Record<string, string>) =>
      fetch(`${fixture.origin}/sandbox/control/${verb}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${SECRET_KEY}` },
        body: new URLSearchParams(form),
      });
    expect((await post('adverse-delivery', { lost: '100' })).status).toBe(400);
    expect((await post('adverse-delivery', { seed: '1', lost: '101' })).status).toBe(400);
    expect((await post('adverse-delivery', { seed: '1', lost: '100' })).status).toBe(200);
    await makeEvents(1);
    expect(await fixture.sandbox.deliverDue()).toBe(0);
    expect((await post('usual-delivery', {})).status).toBe(200);
    await makeEvents(1);
    expect(await fixture.sandbox.deliverDue()).toBe(1);
  });
});

test('what becomes of an event needs no more than the seed, its number and the attempt', () => {
  const order = { ...ADVERSE_DELIVERY.parse({ seed: 7, lost: 10 }), since: 40 };
  const fates = Array.from({ length: 400 }, (_, index) => fateOf(order, { sequence: BigInt(41 + index), attempts: 1 }));
  const moved = Array.from({ length: 400 }, (_, index) =>
    fateOf({ ...order, since: 0 }, { sequence: BigInt(1 + index), attempts: 1 }),
  );
  expect(moved).toEqual(fates);
  const share = (wanted: (fate: (typeof fates)[number]) => boolean) => fates.filter(wanted).length / fates.length;
  expect(share(({ kind }) => kind === 'lost')).toBeCloseTo(0.1, 1);
  expect(share(({ kind }) => kind === 'delayed')).toBeCloseTo(0.18, 1);
  expect(fateOf(order, { sequence: 40n, attempts: 1 })).toMatchObject({ kind: 'sent', times: 1, isHeard: true });
  expect(fateOf({ ...order, delayed: 100 }, { sequence: 41n, attempts: 4 })).toMatchObject({ kind: 'sent', times: 1 });
});
