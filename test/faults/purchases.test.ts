import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { TestBrim } from '../support/brim.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';
import { answerPage, attach, balanceOf, createCustomer, findPurchase, MESSAGES, openShop, wanting } from '../support/shop.ts';
import { type Cutter, openCutter } from './cut-after.ts';

/**
 * Purchases take several steps, which stay although a later one fails. No answer may contradict
 * what is recorded.
 */
let database: FreshDatabase;
let cutter: Cutter;
let brim: TestBrim;

beforeAll(async () => {
  database = await freshDatabase();
  cutter = await openCutter(database.url);
  // Webhooks are held, so Brim hears of a payment only where it asks.
  brim = await openShop({ databaseUrl: cutter.url, sandboxDelivery: 'held' });
});
afterEach(() => cutter.mend());
afterAll(async () => {
  await brim?.close();
  await cutter?.close();
  await database?.drop();
});

const ATTACH = `mutation ($input: AttachPlanInput!) { attachPlan(input: $input) {
  __typename ... on AttachPlanSuccess { checkoutUrl purchase { id status } } ... on Error { message } } }`;
const CANCEL = `mutation ($input: CancelPurchaseInput!) { cancelPurchase(input: $input) {
  __typename ... on CancelPurchaseSuccess { purchase { id status settledAt endedAt checkoutUrl } } ... on Error { message } } }`;

async function pending(customerId: string) {
  await createCustomer(brim, customerId);
  const { purchase, checkoutUrl } = await attach(brim, { customerId, planId: 'top_up', featureQuantities: wanting('100') });
  return { id: String(purchase.id), checkoutUrl: String(checkoutUrl) };
}

describe('attachPlan', () => {
  it.each([
    ['its page is kept', 'answered', /UPDATE purchase SET checkout_id/],
    ['its page is kept', 'sent', /UPDATE purchase SET checkout_id/],
    ['the purchase is recorded', 'answered', /INSERT INTO purchase/],
  ] as const)('cut while %s (%s) answers what is recorded, and the same attach goes on', async (_, when, pattern) => {
    const customerId = `buyer-${when}-${pattern.source.length}`;
    await createCustomer(brim, customerId);
    const input = { customerId, planId: 'top_up', featureQuantities: wanting('100') };
    const hasCut = cutter.arm(pattern, when);
    const { data, errors } = await brim.query(ATTACH, { input });
    expect(hasCut()).toBe(true);
    expect(data).toEqual({ attachPlan: null });
    expect(errors).toMatchObject([
      {
        message: expect.stringMatching(/^The purchase is recorded/),
        extensions: { code: 'UNAVAILABLE', retryable: true, purchaseId: expect.any(String) },
      },
    ]);
    cutter.mend();
    const again = await attach(brim, input);
    expect(again).toMatchObject({ purchase: { id: errors?.[0]?.extensions?.['purchaseId'], status: 'PENDING' } });
    expect(again.checkoutUrl).toMatch(/^http/);
  });
});

describe('cancelPurchase of a PENDING purchase', () => {
  it('that was paid answers ACTIVE, although nothing can be read after the activation', async () => {
    const { id, checkoutUrl } = await pending('payer');
    await answerPage(checkoutUrl);
    const hasCut = cutter.arm(/^COMMIT/);
    const { data, errors } = await brim.query(CANCEL, { input: { purchaseId: id, when: 'NOW' } });
    expect([errors, hasCut()]).toEqual([undefined, true]);
    expect(data.cancelPurchase).toMatchObject({
      purchase: { id, status: 'ACTIVE', settledAt: expect.any(String), checkoutUrl: null },
    });
    cutter.mend();
    expect(await balanceOf(brim, 'payer', MESSAGES)).toMatchObject({ remaining: '110' });
    expect((await findPurchase(brim, id)).settledAt).toBe(data.cancelPurchase.purchase.settledAt);
  });

  it('answers CANCELED, although nothing can be read after that', async () => {
    const { id } = await pending('leaver');
    const hasCut = cutter.arm(/UPDATE purchase SET status = 'CANCELED'/);
    const { data, errors } = await brim.query(CANCEL, { input: { purchaseId: id, when: 'NOW' } });
    expect([errors, hasCut()]).toEqual([undefined, true]);
    expect(data.cancelPurchase).toMatchObject({ purchase: { id, status: 'CANCELED', endedAt: expect.any(String) } });
    cutter.mend();
    expect(await findPurchase(brim, id)).toMatchObject({ status: 'CANCELED' });
  });

  it('whose page is closed answers EXPIRED, where CANCELED could not be recorded', async () => {
    const { id } = await pending('undecided');
    const hasCut = cutter.arm(/UPDATE purchase SET status = 'CANCELED'/, 'sent');
    const { data, errors } = await brim.query(CANCEL, { input: { purchaseId: id, when: 'NOW' } });
    expect([errors, hasCut()]).toEqual([undefined, true]);
    expect(data.cancelPurchase).toMatchObject({ purchase: { id, status: expect.stringMatching(/^(EXPIRED|CANCELED)$/) } });
  });

  it('is UNFINISHED where it is not known whether the page is closed, and a repeated cancel ends it', async () => {
    const { id } = await pending('unsure');
    const hasCut = cutter.arm(/UPDATE purchase SET status = \$1/, 'sent');
    const { errors } = await brim.query(CANCEL, { input: { purchaseId: id, when: 'NOW' } });
    expect(hasCut()).toBe(true);
    expect(errors).toMatchObject([
      { message: expect.stringMatching(/^The purchase is recorded/), extensions: { purchaseId: id } },
    ]);
    cutter.mend();
    await brim.query(CANCEL, { input: { purchaseId: id, when: 'NOW' } });
    expect((await findPurchase(brim, id)).status).toMatch(/^(EXPIRED|CANCELED)$/);
  });
});
