import Stripe from 'stripe';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openSandboxFixture, pageOf, type SandboxFixture, sessionParams, WEBHOOK_SECRET } from './fixture.ts';

let fixture: SandboxFixture;
beforeEach(async () => {
  fixture = await openSandboxFixture();
});
afterEach(() => fixture.close());

/** Expires a new session, which makes one event. @returns its id. */
async function makeEvent(): Promise<string> {
  const { id } = await fixture.stripe.checkout.sessions.create(sessionParams());
  await fixture.stripe.checkout.sessions.expire(id);
  const event = (await fixture.sandbox.events.pending()).find((pending) => pending.objectId === id);
  if (event === undefined) throw new Error('Expiring a session made no event.');
  return event.id;
}

const pendingIds = async () => (await fixture.sandbox.events.pending()).map((event) => event.id);
const receivedIds = () => fixture.receiver.received.map(({ event }) => event.id);

test('the SDK verifies the signature of an event, which contains the session as it was then', async () => {
  const eventId = await makeEvent();
  expect(await fixture.sandbox.deliverDue()).toBe(1);
  const { body, signature } = fixture.receiver.received[0] ?? { body: '', signature: '' };
  const event = Stripe.webhooks.constructEvent(body, signature, WEBHOOK_SECRET, 300, undefined, fixture.clock.now().getTime());
  expect(event).toMatchObject({ id: eventId, type: 'checkout.session.expired', data: { object: { status: 'expired' } } });
  expect(await pendingIds()).toEqual([]);
  expect(await fixture.stripe.events.retrieve(eventId)).toEqual(event);
});

test('with immediate delivery, a payment sends its events', async () => {
  await fixture.restart('immediate');
  const session = await fixture.stripe.checkout.sessions.create(sessionParams());
  await fixture.press(`${pageOf(session)}/complete`);
  const received = await fixture.receiver.answered(2);
  expect(received.map(({ event }) => event.type).sort()).toEqual(['checkout.session.completed', 'payment_intent.succeeded']);
});

describe('an event that is not answered with 2xx', () => {
  test('is sent again after growing delays, until it is answered', async () => {
    const eventId = await makeEvent();
    fixture.receiver.respond = async () => new Response('no', { status: 500 });
    expect(await fixture.sandbox.deliverDue()).toBe(0);
    for (const delayMs of [1_000, 5_000, 30_000]) {
      fixture.clock.pass(delayMs - 1);
      await fixture.sandbox.deliverDue();
      const before = fixture.receiver.received.length;
      fixture.clock.pass(1);
      await fixture.sandbox.deliverDue();
      expect(fixture.receiver.received.length).toBe(before + 1);
    }
    fixture.receiver.respond = async () => new Response('ok');
    fixture.clock.pass(120_000);
    expect(await fixture.sandbox.deliverDue()).toBe(1);
    expect(receivedIds()).toEqual(Array(5).fill(eventId));
    expect(await pendingIds()).toEqual([]);
  });

  test('is given up after ten attempts', async () => {
    await makeEvent();
    fixture.receiver.respond = async () => Response.redirect('https://elsewhere.test/', 302);
    for (let hour = 0; hour < 24; hour += 1) {
      await fixture.sandbox.deliverDue();
      fixture.clock.pass(60 * 60 * 1_000);
    }
    expect(fixture.receiver.received).toHaveLength(10);
    expect(await pendingIds()).toEqual([]);
  });
});

test('events can be sent on request: repeatedly, at once, late, and in another order', async () => {
  const first = await makeEvent();
  const second = await makeEvent();
  await fixture.sandbox.events.deliver(second, { times: 2 });
  const response = await fetch(`${fixture.origin}/sandbox/events/${first}/deliver?times=3&together`, { method: 'POST' });
  expect(await response.json()).toEqual({ results: [{ status: 200 }, { status: 200 }, { status: 200 }] });
  expect(receivedIds()).toEqual([second, second, first, first, first]);
  expect(await fixture.sandbox.deliverDue()).toBe(0);
  await expect(fixture.sandbox.events.deliver('evt_nothing')).rejects.toThrow('evt_nothing');
  expect((await fetch(`${fixture.origin}/sandbox/events/evt_nothing/deliver`, { method: 'POST' })).status).toBe(404);
});

describe('a crash loses no event', () => {
  test('that was never sent: a new sandbox on the same database sends it', async () => {
    const eventId = await makeEvent();
    await fixture.restart('immediate');
    await fixture.receiver.answered(1);
    expect(receivedIds()).toEqual([eventId]);
  });

  test('that was being sent: it is sent again', async () => {
    const eventId = await makeEvent();
    let arrived = () => {};
    const arrival = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    fixture.receiver.respond = () => {
      arrived();
      return new Promise(() => {});
    };
    const sending = fixture.sandbox.deliverDue();
    await arrival;
    fixture.receiver.respond = async () => new Response('ok');
    await fixture.restart('held');
    expect(await sending).toBe(0);
    expect(await fixture.sandbox.deliverDue()).toBe(1);
    expect(receivedIds()).toEqual([eventId, eventId]);
  });
});

test('two sandboxes at once do not deliver the same event', async () => {
  for (let made = 0; made < 12; made += 1) await makeEvent();
  const counts = await Promise.all([fixture.sandbox.deliverDue(), fixture.sandbox.deliverDue()]);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(12);
  expect(new Set(receivedIds()).size).toBe(12);
  expect(receivedIds()).toHaveLength(12);
});

test('overdue sessions expire without a request', async () => {
  await fixture.stripe.checkout.sessions.create(sessionParams());
  fixture.clock.pass(24 * 60 * 60 * 1_000);
  expect(await fixture.sandbox.deliverDue()).toBe(1);
  expect(fixture.receiver.received[0]?.event.type).toBe('checkout.session.expired');
});
