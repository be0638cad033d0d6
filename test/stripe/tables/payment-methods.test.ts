import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Database, openDatabase } from '../../../src/database/database.ts';
import type { MethodFacts, MethodRead } from '../../../src/stripe/tables/payment-methods.ts';
import { type StripeStore, stripeStore } from '../../../src/stripe/tables/stripe.ts';
import { type FreshDatabase, freshDatabase } from '../../support/postgres.ts';

const HERE = { account: 'acct_here', live: false } as const;
const LIVE = { account: 'acct_here', live: true } as const;
const ELSEWHERE = { account: 'acct_elsewhere', live: false } as const;

let fresh: FreshDatabase;
let database: Database;
let store: StripeStore;
beforeAll(async () => {
  fresh = await freshDatabase();
  database = openDatabase({ url: fresh.url });
  store = stripeStore(database);
});
afterAll(async () => {
  await database?.close();
  await fresh?.drop();
});

const VISA: MethodFacts = {
  methodId: 'pm_1',
  type: 'card',
  brand: 'visa',
  last4: '4242',
  expiresMonth: 12,
  expiresYear: 2031,
  fingerprint: 'visa',
};

async function payer(customerId: string, realm = HERE as { account: string | null; live: boolean }): Promise<string> {
  // Brim keeps who pays at Stripe only for customers that it has.
  const customer = { id: customerId, metadata: {}, createdAt: new Date() };
  await database.client.customer.createMany({ data: [customer], skipDuplicates: true });
  const payingAs = { customerId, customerName: null, customerEmail: null };
  return store.keepCustomer(payingAs, realm, `cus_${customerId}_${realm.account}_${realm.live}`);
}
async function begun(providerId: string, realm = HERE as { account: string | null; live: boolean }): Promise<MethodRead> {
  const read = await store.beginRead(providerId, realm);
  if (!read) throw new Error(`${providerId} is no payer`);
  return read;
}
const saved = (customerId: string, realm = HERE as { account: string | null; live: boolean }) =>
  store.savedMethod({ customerId, realm });

test('a method is that of one account and mode, and everybody else has none', async () => {
  const providerId = await payer('ada');
  await payer('ada', LIVE);
  await payer('ada', ELSEWHERE);
  await payer('bob');
  await store.keepMethod(await begun(providerId), HERE, VISA);
  const { fingerprint: _, ...shown } = VISA;
  const asked = [saved('ada'), saved('ada', LIVE), saved('ada', ELSEWHERE), saved('bob'), saved('nobody'), saved('ada')];
  expect(await Promise.all(asked)).toEqual([{ ...shown, failed: false }, null, null, null, null, { ...shown, failed: false }]);
});

test('a customer who was stored while the account was not known keeps the method', async () => {
  const providerId = await payer('early', { account: null, live: false });
  await store.keepMethod(await begun(providerId), HERE, VISA);
  expect(await saved('early')).toMatchObject({ methodId: 'pm_1' });
});

test('only customers of Brim are read', async () => {
  expect(await store.beginRead('cus_of_somebody_else', HERE)).toBeUndefined();
});

test('the answer to an older question never takes the place of a newer one', async () => {
  const providerId = await payer('twice');
  const [older, newer] = [await begun(providerId), await begun(providerId)];
  await store.keepMethod(newer, HERE, null);
  await store.keepMethod(older, HERE, VISA);
  expect(await saved('twice')).toBeNull();
  await store.keepMethod(await begun(providerId), HERE, VISA);
  expect(await saved('twice')).toMatchObject({ last4: '4242' });
});

test('that a method failed is kept with the card, and forgotten with another one', async () => {
  const providerId = await payer('declined');
  const keep = async (method: MethodFacts | null) => store.keepMethod(await begun(providerId), HERE, method);
  const note = (methodId: string, failed: boolean) => store.noteMethodOutcome({ customerId: 'declined', methodId, failed }, HERE);
  const isFailed = async () => (await saved('declined'))?.failed;
  await keep(VISA);
  await note('pm_other', true);
  expect(await isFailed()).toBe(false);
  await note('pm_1', true);
  await keep(VISA);
  expect(await isFailed()).toBe(true);
  await keep({ ...VISA, methodId: 'pm_2' });
  expect(await isFailed()).toBe(true);
  await keep({ ...VISA, methodId: 'pm_2', expiresYear: 2036 });
  expect(await isFailed()).toBe(false);
  await note('pm_2', true);
  await keep({ ...VISA, methodId: 'pm_3', fingerprint: 'amex' });
  expect(await isFailed()).toBe(false);
  await note('pm_3', true);
  await note('pm_3', false);
  expect(await isFailed()).toBe(false);
  await note('pm_3', true);
  await keep(null);
  await keep({ ...VISA, methodId: 'pm_4', fingerprint: null });
  expect(await isFailed()).toBe(false);
});
