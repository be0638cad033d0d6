/** OpenFeature's own SDK asks Brim for its flags. */
import { OpenFeature, ProviderEvents } from '@openfeature/server-sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openFeatureProvider } from '../../../packages/client/src/openfeature/openfeature.ts';
import { type ClientShop, openClientShop } from '../../support/shop/app-server.ts';
import { createFeature, createPlan, MESSAGES, track } from '../../support/shop.ts';
import { until } from '../../support/witness.ts';

describe('the provider for OpenFeature', () => {
  let shop: ClientShop;
  beforeAll(async () => {
    shop = await openClientShop();
    await createFeature(shop, { id: 'dark_mode', type: 'BOOLEAN' });
    await createPlan(shop, { id: 'pro', addOn: true, items: [{ featureId: 'dark_mode' }] });
  });
  afterAll(async () => {
    await OpenFeature.close();
    await shop.close();
  });

  async function open(options = {}) {
    const brim = await shop.connect(options);
    await OpenFeature.setProviderAndWait(openFeatureProvider(brim));
    return { brim, flags: OpenFeature.getClient() };
  }

  it('makes a flag true while the customer may use the feature', async () => {
    const { flags } = await open();
    const targetingKey = await shop.newCustomer();
    expect(await flags.getBooleanValue(MESSAGES, false, { targetingKey })).toBe(true);
    expect(await flags.getBooleanValue(MESSAGES, true, { targetingKey, required: 11 })).toBe(false);
    await track(shop, { customerId: targetingKey, value: '9.5' });
    expect(await flags.getBooleanDetails(MESSAGES, true, { targetingKey })).toMatchObject({
      value: false,
      reason: 'TARGETING_MATCH',
    });
    expect(await flags.getNumberValue(MESSAGES, 0, { targetingKey })).toBe(0.5);
    expect(await flags.getObjectValue(MESSAGES, {}, { targetingKey, required: '0.5' })).toEqual({
      ...{ allowed: true, remaining: '0.5', granted: '10', usage: '9.5', unlimited: false },
    });
  });

  it('makes a flag of a boolean feature true once the customer has the plan', async () => {
    const { brim, flags } = await open();
    const targetingKey = await shop.newCustomer();
    expect(await flags.getBooleanValue('dark_mode', true, { targetingKey })).toBe(false);
    expect((await brim.attach({ customerId: targetingKey, planId: 'pro' })).__typename).toBe('AttachPlanSuccess');
    expect(await flags.getBooleanValue('dark_mode', false, { targetingKey })).toBe(true);
    expect(await flags.getNumberDetails('dark_mode', 7, { targetingKey })).toMatchObject({
      value: 7,
      errorCode: 'TYPE_MISMATCH',
    });
  });

  it('tells of each change of a balance, as it happens', async () => {
    const { flags } = await open();
    const targetingKey = await shop.newCustomer();
    const told: unknown[] = [];
    flags.addHandler(ProviderEvents.ConfigurationChanged, (event) => {
      if (event?.metadata?.['targetingKey'] === targetingKey) told.push(event.flagsChanged);
    });
    await until(async () => {
      await track(shop, { customerId: targetingKey, value: '0.1' });
      expect(told).toContainEqual([MESSAGES]);
    });
  });

  it.each([
    ['without a customer', MESSAGES, {}, 'TARGETING_KEY_MISSING'],
    ['of a customer who is not there', MESSAGES, { targetingKey: 'nobody' }, 'INVALID_CONTEXT'],
    ['that is no feature', 'letters', { targetingKey: 'customer-1' }, 'FLAG_NOT_FOUND'],
    ['of an amount that is none', MESSAGES, { targetingKey: 'customer-1', required: true }, 'INVALID_CONTEXT'],
    ['of an amount below zero', MESSAGES, { targetingKey: 'customer-1', required: -1 }, 'INVALID_CONTEXT'],
  ])('gives the default, and the reason, for a flag %s', async (_, flag, context, errorCode) => {
    const { flags } = await open();
    expect(await flags.getBooleanDetails(flag, true, context)).toMatchObject({ value: true, reason: 'ERROR', errorCode });
  });

  it('gives the default where Brim cannot be reached, and has no texts', async () => {
    const { flags } = await open({ url: 'http://127.0.0.1:9', retries: 0 });
    const context = { targetingKey: 'customer-1' };
    expect(await flags.getBooleanDetails(MESSAGES, false, context)).toMatchObject({ value: false, errorCode: 'GENERAL' });
    expect(await flags.getStringDetails(MESSAGES, 'x', context)).toMatchObject({ value: 'x', errorCode: 'TYPE_MISMATCH' });
  });
});
