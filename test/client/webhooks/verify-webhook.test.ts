import { Webhook } from 'standardwebhooks';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { verifyWebhook, type WebhookBalance, WebhookVerificationError } from '../../../packages/client/src/webhooks/index.ts';

const SECRET = `whsec_${Buffer.from('a secret that this test knows').toString('base64')}`;
const OTHER = `whsec_${Buffer.from('another secret of this test').toString('base64')}`;
const BODY = JSON.stringify({
  type: 'CUSTOMER_CREATED',
  id: 'evt_1',
  occurredAt: '2026-01-31T12:00:00.000Z',
  data: { customer: { id: 'ada', createdAt: '2026-01-31T12:00:00.000Z' } },
});

function signed(secret = SECRET, at = new Date()) {
  return {
    'webhook-id': 'evt_1',
    'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
    'webhook-signature': new Webhook(secret).sign('evt_1', at, BODY),
  };
}

function capitalised() {
  const { 'webhook-id': id, ...others } = signed();
  return { ...others, 'Webhook-Id': [id] };
}

describe('verifyWebhook', () => {
  it.each([
    ['a text, and the headers of Node', () => verifyWebhook(BODY, signed(), SECRET)],
    ['bytes, and the headers of fetch', () => verifyWebhook(new TextEncoder().encode(BODY), new Headers(signed()), SECRET)],
    ['two secrets, of which one fits', () => verifyWebhook(BODY, signed(), [OTHER, SECRET])],
    ['headers in lists and capitals', () => verifyWebhook(BODY, capitalised(), SECRET)],
  ])('takes %s', (_name, verify) => {
    expect(verify()).toEqual(JSON.parse(BODY));
  });

  it.each([
    ['another secret', () => verifyWebhook(BODY, signed(OTHER), SECRET)],
    ['none of two secrets', () => verifyWebhook(BODY, signed(), [OTHER, OTHER])],
    ['a changed body', () => verifyWebhook(BODY.replace('ada', 'bob'), signed(), SECRET)],
    ['another id', () => verifyWebhook(BODY, { ...signed(), 'webhook-id': 'evt_2' }, SECRET)],
    ['an old request', () => verifyWebhook(BODY, signed(SECRET, new Date(Date.now() - 400_000)), SECRET)],
    ['no signature', () => verifyWebhook(BODY, {}, SECRET)],
  ])('refuses %s', (_name, verify) => {
    expect(verify).toThrow(WebhookVerificationError);
  });

  it('tells by the type of an event what its data is', () => {
    const event = verifyWebhook(BODY, signed(), SECRET);
    if (event.type === 'BALANCE_LOW') expectTypeOf(event.data.balance).toEqualTypeOf<WebhookBalance>();
    expect(event.type === 'CUSTOMER_CREATED' && event.data.customer.id).toBe('ada');
  });
});
