import { expect, test } from 'vitest';
import { refuseInProduction } from '../../../src/stripe/sandbox/refuse-in-production.ts';

test('the sandbox opens in development without a key', () => {
  expect(() => refuseInProduction({ production: false, stripeKeyConfigured: false })).not.toThrow();
});

test('the sandbox refuses production', () => {
  expect(() => refuseInProduction({ production: true, stripeKeyConfigured: false })).toThrow('STRIPE_SECRET_KEY');
});

test('the sandbox refuses to run beside a real key', () => {
  expect(() => refuseInProduction({ production: false, stripeKeyConfigured: true })).toThrow('STRIPE_SECRET_KEY');
});
