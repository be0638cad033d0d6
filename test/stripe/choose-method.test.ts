import type Stripe from 'stripe';
import { expect, test } from 'vitest';
import { type Chosen, chooseMethod, NEWEST_METHOD, toFacts } from '../../src/stripe/choose-method.ts';
import { newPaymentMethod } from '../../src/stripe/sandbox/objects/payment-method.ts';
import { BANK_ACCOUNT, GOOD_CARD } from '../../src/stripe/sandbox/objects/test-methods.ts';

const made = (id: string, second: number): Stripe.PaymentMethod => ({
  ...newPaymentMethod(GOOD_CARD, null, new Date(second * 1_000)),
  id,
});
const [OLD, MIDDLE, NEW] = [made('pm_c', 10), made('pm_b', 20), made('pm_a', 30)];

function choose(methods: Stripe.PaymentMethod[], byDefault: string | null, note?: string): readonly [string | null, string?] {
  const settings = { custom_fields: null, default_payment_method: byDefault, footer: null, rendering_options: null };
  const metadata: Stripe.Metadata = note === undefined ? {} : { [NEWEST_METHOD]: note };
  const { method, newNote }: Chosen = chooseMethod({ invoice_settings: settings, metadata }, methods);
  return newNote === undefined ? [method?.id ?? null] : [method?.id ?? null, newNote];
}

test('who has no method has none to charge', () => {
  expect(choose([], null)).toEqual([null]);
  expect(choose([], 'pm_gone', '10 pm_gone')).toEqual([null]);
});

test('a first method, and one that is newer than all before, becomes the default', () => {
  expect(choose([OLD], null)).toEqual(['pm_c', '10 pm_c']);
  expect(choose([NEW, OLD], 'pm_c', '10 pm_c')).toEqual(['pm_a', '30 pm_a']);
});

test('a default that was chosen stays, also where methods before it or after it are removed', () => {
  expect(choose([NEW, OLD], 'pm_c', '30 pm_a')).toEqual(['pm_c']);
  expect(choose([MIDDLE, OLD], 'pm_c', '30 pm_a')).toEqual(['pm_c']);
});

test('the newest that is left takes the place of a default that was removed', () => {
  expect(choose([MIDDLE, OLD], null, '30 pm_a')).toEqual(['pm_b', '20 pm_b']);
});

test('of two methods of one second the one that Stripe lists first is the newer one', () => {
  const twin = { ...NEW, id: 'pm_z' };
  expect(choose([twin, NEW], 'pm_a', '30 pm_a')).toEqual(['pm_z', '30 pm_z']);
  expect(choose([twin, NEW], 'pm_z', '30 pm_z')).toEqual(['pm_z']);
});

test('a bank account has a number, and does not expire', () => {
  expect(toFacts(newPaymentMethod(BANK_ACCOUNT, null, new Date(0)))).toMatchObject({
    ...{ type: 'us_bank_account', brand: 'us_bank_account', last4: BANK_ACCOUNT.number.slice(-4) },
    ...{ expiresMonth: null, expiresYear: null, fingerprint: expect.any(String) },
  });
});

test('a method that is neither has its type only', () => {
  const { card: _, ...link } = { ...NEW, type: 'link' as const };
  expect(toFacts(link)).toMatchObject({ type: 'link', brand: 'link', last4: '', fingerprint: null });
});
