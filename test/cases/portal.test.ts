/** The provider's page on which customers see and change how they pay. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestBrim } from '../support/brim.ts';
import { createCustomer, createCustomerToken, openShop } from '../support/shop.ts';

const OPEN = `mutation ($input: CreatePortalSessionInput!) { createPortalSession(input: $input) {
  __typename
  ... on CreatePortalSessionSuccess { url }
  ... on InvalidInputError { issues { path message } }
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
