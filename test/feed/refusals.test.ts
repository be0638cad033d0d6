import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestBrim } from '../support/brim.ts';
import { createCustomer, MESSAGES, openShop } from '../support/shop.ts';
import { type Result, resultsOverSocket, resultsOverSse } from './transports.ts';

let brim: TestBrim;

beforeAll(async () => {
  brim = await openShop();
  await createCustomer(brim, 'ada');
});
afterAll(() => brim.close());

describe.each([
  ['WebSocket', resultsOverSocket],
  ['SSE', resultsOverSse],
])('over %s a subscription', (_transport, results) => {
  it.each([
    ['to an unknown customer', 'balanceChanged(customerId: "nobody") { sequence }', 'CUSTOMER_NOT_FOUND'],
    [
      'to an unknown feature, beside one that is known',
      `balanceChanged(customerId: "ada", featureIds: ["${MESSAGES}", "nothing"]) { sequence }`,
      'FEATURE_NOT_FOUND',
    ],
    ['to nobody at all, with a secret key', 'balanceChanged { sequence }', 'INVALID_INPUT'],
    ['to an unknown purchase', 'purchaseChanged(purchaseId: "pu_none") { id }', 'PURCHASE_NOT_FOUND'],
    ['from before the beginning', 'balanceChanged(customerId: "ada", after: -1) { sequence }', 'BAD_USER_INPUT'],
  ])('%s is refused with a code, and ends', async (_what, field, code) => {
    const all: Result[] = [];
    try {
      for await (const result of results(brim, `subscription { ${field} }`)) all.push(result);
    } catch (errors) {
      // What is refused before it is executed, graphql-ws throws.
      all.push({ errors: errors as NonNullable<Result['errors']> });
    }
    expect(all).toMatchObject([{ errors: [{ extensions: { code } }] }]);
    expect(brim.app.domain.feed.subscribers).toBe(0);
  });
});
