import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSandboxFixture, pageOf, type SandboxFixture, sessionParams } from './fixture.ts';

let fixture: SandboxFixture;
beforeAll(async () => {
  fixture = await openSandboxFixture();
});
afterAll(() => fixture.close());

async function openPage(params = sessionParams()) {
  const session = await fixture.stripe.checkout.sessions.create(params);
  const read = () => fixture.stripe.checkout.sessions.retrieve(session.id, { expand: ['payment_intent'] });
  const eventTypes = async () => {
    const current = await read();
    const ids = new Set([session.id, typeof current.payment_intent === 'string' ? '' : current.payment_intent?.id]);
    const pending = await fixture.sandbox.events.pending();
    return pending.filter((event) => ids.has(event.objectId)).map((event) => event.type);
  };
  return { id: session.id, page: pageOf(session), read, eventTypes };
}

describe('the page', () => {
  test('shows what is bought, the total, and that it is a simulation, without scripts and external content', async () => {
    const { page } = await openPage(sessionParams(3));
    const response = await fetch(page);
    const text = await response.text();
    expect(response.status).toBe(200);
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    for (const part of ['100 messages', '3 × $10.00', '$30.00', 'No money moves', 'Decline', 'Pay later', 'Cancel'])
      expect(text).toContain(part);
    expect(text).not.toMatch(/<script|src=|@import|url\(/);
  });

  test('escapes the texts of the app', async () => {
    const line = {
      quantity: 1,
      price_data: { currency: 'usd', unit_amount: 500, product_data: { name: '<img src=x onerror="alert(1)">' } },
    };
    const { page } = await openPage(sessionParams(1, { line_items: [line] }));
    const text = await (await fetch(page)).text();
    expect(text).not.toContain('<img');
    expect(text).toContain('&lt;img src=x onerror=&quot;alert(1)&quot;&gt;');
  });

  test.each([
    ['jpy', 500, '¥500'],
    ['kwd', 1_250, '1.250'],
    ['isk', 50_000, 'ISK'],
  ])('shows %s with its own decimals', async (currency, unitAmount, shown) => {
    const line = { quantity: 1, price_data: { currency, unit_amount: unitAmount, product_data: { name: 'Thing' } } };
    const { page } = await openPage(sessionParams(1, { line_items: [line] }));
    expect(await (await fetch(page)).text()).toContain(shown);
  });

  test('is 404 for a session that does not exist', async () => {
    const missing = `${fixture.origin}/sandbox/checkout/cs_test_nothing`;
    expect((await fetch(missing)).status).toBe(404);
    expect((await fixture.press(`${missing}/complete`)).status).toBe(404);
    expect((await fixture.press(`${missing}/complete`, { outcome: 'cancel' })).status).toBe(404);
  });

  test('is shown where the address of one of its forms is opened with GET', async () => {
    const { page } = await openPage();
    const response = await fetch(`${page}/complete`, { redirect: 'manual' });
    expect([response.status, response.headers.get('location')]).toEqual([303, page]);
  });

  test('refuses an outcome that it does not offer', async () => {
    const { page, read } = await openPage();
    expect((await fixture.press(`${page}/complete`, { outcome: 'free' })).status).toBe(400);
    expect((await fixture.press(`${page}/complete`, { note: 'x'.repeat(20_000) })).status).toBe(413);
    expect((await read()).status).toBe('open');
  });
});

describe('Pay', () => {
  test('with an empty body pays, and redirects to the app with the session id filled in', async () => {
    const { id, page, read, eventTypes } = await openPage();
    const response = await fixture.press(`${page}/complete`);
    expect([response.status, response.headers.get('location')]).toEqual([303, `https://app.test/return?session=${id}`]);
    expect(await read()).toMatchObject({
      status: 'complete',
      payment_status: 'paid',
      url: null,
      payment_intent: { status: 'succeeded', amount: 2_000, amount_received: 2_000 },
    });
    expect(await eventTypes()).toEqual(['payment_intent.succeeded', 'checkout.session.completed']);
  });

  test('twice at once pays once', async () => {
    const { page, eventTypes } = await openPage();
    const clicks = await Promise.all(Array.from({ length: 5 }, () => fixture.press(`${page}/complete`, { outcome: 'pay' })));
    expect(clicks.map((response) => response.status).sort()).toEqual([303, 409, 409, 409, 409]);
    expect(await eventTypes()).toEqual(['payment_intent.succeeded', 'checkout.session.completed']);
  });

  test('twice at the same instant, while another transaction holds the session, pays once', async () => {
    const { id, page, eventTypes } = await openPage();
    const { database } = fixture;
    const clicks = await database.transaction(async (transaction) => {
      await transaction.$executeRaw`SELECT 1 FROM stripe_sandbox.object WHERE id = ${id} FOR UPDATE`;
      const pressing = [1, 2].map(() => fixture.press(`${page}/complete`));
      let waiting = 0n;
      while (waiting < 2n) {
        const rows = await database.client.$queryRaw<{ count: bigint }[]>`
          SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
        waiting = rows[0]?.count ?? 0n;
      }
      return { pressing };
    });
    const statuses = (await Promise.all(clicks.pressing)).map((response) => response.status);
    expect(statuses.sort()).toEqual([303, 409]);
    expect(await eventTypes()).toEqual(['payment_intent.succeeded', 'checkout.session.completed']);
  });

  test('is neither offered nor accepted once the session is paid', async () => {
    const { page } = await openPage();
    await fixture.press(`${page}/complete`);
    const shown = await (await fetch(page)).text();
    expect(shown).toContain('it is paid');
    expect(shown).not.toContain('<form');
    expect((await fixture.press(`${page}/complete`)).status).toBe(409);
    expect((await fixture.press(`${page}/complete`, { outcome: 'cancel' })).status).toBe(409);
  });

  test('is not accepted once the session has expired, by request or by time', async () => {
    const byHand = await openPage();
    await fixture.stripe.checkout.sessions.expire(byHand.id);
    const byTime = await openPage();
    fixture.clock.pass(24 * 60 * 60 * 1_000);
    for (const { page, read } of [byHand, byTime]) {
      const response = await fixture.press(`${page}/complete`);
      expect(response.status).toBe(409);
      expect(await response.text()).toContain('has expired');
      expect(await read()).toMatchObject({ status: 'expired', payment_status: 'unpaid' });
    }
  });
});

test('Decline leaves the session open, says why, and a later Pay pays with the same payment intent', async () => {
  const { page, read, eventTypes } = await openPage();
  const declined = await fixture.press(`${page}/complete`, { outcome: 'decline' });
  expect(declined.status).toBe(402);
  expect(await declined.text()).toContain('Your card was declined.');
  const open = await read();
  expect(open).toMatchObject({
    status: 'open',
    payment_status: 'unpaid',
    payment_intent: { status: 'requires_payment_method', last_payment_error: { code: 'card_declined' } },
  });
  expect((await fixture.press(`${page}/complete`)).status).toBe(303);
  const paid = await read();
  expect(paid).toMatchObject({ payment_status: 'paid', payment_intent: { status: 'succeeded', last_payment_error: null } });
  expect(paid.payment_intent).toMatchObject({ id: typeof open.payment_intent === 'string' ? '' : open.payment_intent?.id });
  expect(await eventTypes()).toEqual(['payment_intent.payment_failed', 'payment_intent.succeeded', 'checkout.session.completed']);
});

test('Cancel redirects to the app, and the page stays open', async () => {
  const { page, read } = await openPage();
  const response = await fixture.press(`${page}/complete`, { outcome: 'cancel' });
  expect([response.status, response.headers.get('location')]).toEqual([303, 'https://app.test/plans']);
  expect((await read()).status).toBe('open');
});

describe('Pay later', () => {
  async function payLater() {
    const opened = await openPage();
    const response = await fixture.press(`${opened.page}/complete`, { outcome: 'pay_later' });
    expect(response.status).toBe(303);
    expect(await opened.read()).toMatchObject({
      status: 'complete',
      payment_status: 'unpaid',
      payment_intent: { status: 'processing' },
    });
    return opened;
  }

  test('completes the session unpaid, and the arriving money makes it paid', async () => {
    const { page, read, eventTypes } = await payLater();
    expect(await (await fetch(page)).text()).toContain('The money arrives');
    expect((await fixture.press(`${page}/settle`, { outcome: 'succeed' })).status).toBe(303);
    expect(await read()).toMatchObject({ status: 'complete', payment_status: 'paid', payment_intent: { status: 'succeeded' } });
    expect(await eventTypes()).toEqual([
      'payment_intent.processing',
      'checkout.session.completed',
      'payment_intent.succeeded',
      'checkout.session.async_payment_succeeded',
    ]);
  });

  test('completes the session unpaid, and a failed payment leaves it unpaid', async () => {
    const { page, read, eventTypes } = await payLater();
    expect((await fixture.press(`${page}/settle`, { outcome: 'fail' })).status).toBe(303);
    expect(await read()).toMatchObject({
      status: 'complete',
      payment_status: 'unpaid',
      payment_intent: {
        status: 'requires_payment_method',
        last_payment_error: { message: 'The bank did not make the payment.' },
      },
    });
    expect((await eventTypes()).at(-1)).toBe('checkout.session.async_payment_failed');
    expect(await (await fetch(page)).text()).toContain('payment failed');
  });

  test('is decided once, not before it was chosen, and not by paying again', async () => {
    const { page } = await payLater();
    expect((await fixture.press(`${page}/complete`)).status).toBe(409);
    const both = await Promise.all([
      fixture.press(`${page}/settle`, { outcome: 'succeed' }),
      fixture.press(`${page}/settle`, { outcome: 'fail' }),
    ]);
    expect(both.map((response) => response.status).sort()).toEqual([303, 409]);
    const early = await openPage();
    expect((await fixture.press(`${early.page}/settle`)).status).toBe(409);
  });
});
