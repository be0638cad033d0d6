/** The provider's page on which customers see and change how they pay. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestBrim } from '../support/brim.ts';
import { runOn } from '../support/database-url.ts';
import { createCustomer, createCustomerToken, openShop, sandboxOf } from '../support/shop.ts';

const OPEN = `mutation ($input: CreatePortalSessionInput!) { createPortalSession(input: $input) {
  __typename
  ... on CreatePortalSessionSuccess { url }
  ... on InvalidInputError { issues { path message } }
  ... on PortalRefusedError { message }
} }`;

describe('createPortalSession', () => {
  let brim: TestBrim;
  let token: string;
  beforeAll(async () => {
    brim = await openShop({ config: { corsOrigins: ['https://app.example'] } });
    await createCustomer(brim, 'ada');
    await createCustomer(brim, 'bob');
    token = await createCustomerToken(brim, 'ada', []);
  });
  afterAll(() => brim.close());

  const open = async (input: Record<string, unknown>, credential?: string) =>
    (await brim.data(OPEN, { input }, credential)).createPortalSession;

  it('opens the page of a customer who never paid, and the page leads back', async () => {
    const opened = await open({ customerId: 'ada', returnUrl: 'https://elsewhere.example/account' });
    expect(opened).toMatchObject({ __typename: 'CreatePortalSessionSuccess' });
    const page = await fetch(opened.url);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('https://elsewhere.example/account');
  });

  it('lets a customer token open the page of its own customer only', async () => {
    const returnUrl = 'https://app.example/account';
    expect(await open({ returnUrl }, token)).toMatchObject({ __typename: 'CreatePortalSessionSuccess' });
    expect(await open({ customerId: 'bob', returnUrl }, token)).toEqual({ __typename: 'CustomerNotFoundError' });
  });

  it('leads a customer token’s customer back only to origins that the operator named', async () => {
    expect(await open({ returnUrl: 'https://evil.example' }, token)).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path: ['returnUrl'] }],
    });
  });

  it('is opened ten times a minute for one customer, and no other customer waits for that', async () => {
    await createCustomer(brim, 'eager');
    const input = { customerId: 'eager', returnUrl: 'https://app.example' };
    const answers = await Promise.all(Array.from({ length: 12 }, () => brim.query(OPEN, { input })));
    const codes = answers.flatMap(({ errors = [] }) => errors.map(({ extensions }) => extensions?.['code']));
    // While they are opened, a part of the minute passes.
    expect(codes.length).toBeGreaterThan(0);
    expect(new Set(codes)).toEqual(new Set(['RATE_LIMITED']));
    expect(await open({ ...input, customerId: 'bob' })).toMatchObject({ __typename: 'CreatePortalSessionSuccess' });
  });

  it('says why Stripe opens none: to the app with its reason, to a browser without', async () => {
    await createCustomer(brim, 'refused');
    const returnUrl = 'https://app.example/account';
    sandboxOf(brim).faults.add({ kind: 'unconfigured', path: '/v1/billing_portal', times: 2 });
    expect(await open({ customerId: 'refused', returnUrl })).toEqual({
      __typename: 'PortalRefusedError',
      message: expect.stringContaining('No configuration provided'),
    });
    expect(await open({ returnUrl }, token)).toEqual({
      __typename: 'PortalRefusedError',
      message: expect.not.stringContaining('configuration'),
    });
  });

  it('opens a page also where the customer was deleted at Stripe', async () => {
    await createCustomer(brim, 'deleted');
    const input = { customerId: 'deleted', returnUrl: 'https://app.example' };
    await open(input);
    await runOn(
      brim.databaseUrl,
      `DELETE FROM stripe_sandbox.object WHERE kind = 'customer' AND body #>> '{metadata,brim_customer_id}' = 'deleted'`,
    );
    expect(await open(input)).toMatchObject({ __typename: 'CreatePortalSessionSuccess' });
  });

  it('refuses what is no URL, and a customer who is not here', async () => {
    expect(await open({ customerId: 'ada', returnUrl: 'account' })).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path: ['returnUrl'] }],
    });
    expect(await open({ customerId: 'nobody', returnUrl: 'https://app.example' })).toEqual({
      __typename: 'CustomerNotFoundError',
    });
  });
});
