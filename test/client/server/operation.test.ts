import { parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import { CustomerBalancesDocument } from '../../../packages/client/src/documents/generated/graphql.ts';
import { CustomerBalancesText } from '../../../packages/client/src/documents/generated/texts.ts';
import { TEST_KEY } from '../../support/brim.ts';
import { type ClientShop, openClientShop } from '../../support/shop/app-server.ts';
import { balanceOf, MESSAGES } from '../../support/shop.ts';
import { openStandIn, passOn } from './stand-in.ts';

const TRACK = `mutation ($input: TrackInput!) { track(input: $input) { ... on TrackSuccess { applied } ... on Error { message } } }`;

describe('any operation of the server client', () => {
  let shop: ClientShop;

  beforeAll(async () => {
    shop = await openClientShop();
  });
  afterAll(() => shop.close());

  it('is text, with variables or without', async () => {
    const client = await shop.connect();
    expect(await client.request('{ features { id } }')).toEqual({ features: [{ id: MESSAGES }] });
    const one = await client.request('query ($id: ID!) { feature(id: $id) { name } }', { id: MESSAGES });
    expect(one).toEqual({ feature: { name: 'Premium messages' } });
  });

  it('is a document with the types of its variables and data', async () => {
    const client = await shop.connect();
    const customerId = await shop.newCustomer();
    const byNode = await client.request(CustomerBalancesDocument, { customerId });
    const byText = await client.request(CustomerBalancesText, { customerId });
    expectTypeOf(byNode.customer?.balances[0]?.remaining).toEqualTypeOf<string | undefined>();
    expect(byNode.customer?.balances[0]?.remaining).toBe('10');
    expect(byText).toEqual(byNode);
    expect(await client.request(parse('{ plans { id } }'))).toEqual({ plans: [{ id: 'free' }, { id: 'top_up' }] });
    // @ts-expect-error The variables of the document are required.
    await expect(client.request(CustomerBalancesDocument)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  it('throws the error that Brim gives, and sends no number that JSON cannot carry', async () => {
    const client = await shop.connect();
    await expect(client.request('{ nothing }')).rejects.toMatchObject({ code: 'GRAPHQL_VALIDATION_FAILED', retryable: false });
    const input = { customerId: await shop.newCustomer(), featureId: MESSAGES, value: Number.NaN };
    await expect(client.request(TRACK, { input })).rejects.toMatchObject({ code: 'BAD_USER_INPUT', retryable: false });
    expect(await balanceOf(shop, input.customerId)).toMatchObject({ remaining: '10' });
  });

  it.each([
    ['a query is sent again', '{ features { id } }', false, 2],
    ['a mutation is sent once', TRACK, false, 1],
    ['a mutation that may be repeated is sent again', TRACK, true, 2],
  ])('where an answer was lost, %s', async (_title, document, idempotent, times) => {
    const { url, inputs } = await openStandIn(async (body, turn) => {
      const reply = await passOn(shop.url, body, TEST_KEY);
      return turn === 1 ? 'cut' : reply;
    });
    const client = await shop.connect({ url });
    const customerId = await shop.newCustomer();
    const input = { customerId, featureId: MESSAGES, value: 0.1 + 0.2, idempotencyKey: `once-${customerId}` };
    const answer = client.request(document, document === TRACK ? { input } : {}, { idempotent });
    if (times === 1) await expect(answer).rejects.toMatchObject({ code: 'NETWORK', retryable: true });
    else await answer;
    expect(inputs).toHaveLength(times);
    if (document === TRACK) expect(await balanceOf(shop, customerId)).toMatchObject({ usage: '0.3' });
  });
});
