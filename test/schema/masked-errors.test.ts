import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { resultsOverSocket, resultsOverSse } from '../feed/transports.ts';
import type { TestBrim } from '../support/brim.ts';
import { createCustomer, openShop } from '../support/shop.ts';

const SECRET = 'the database password is hunter2';
let brim: TestBrim;

beforeAll(async () => {
  brim = await openShop();
  await createCustomer(brim, 'ada');
});
afterEach(() => {
  vi.restoreAllMocks();
});
afterAll(() => brim.close());

const masked = (path: readonly (string | number)[]) => ({
  message: 'Unexpected error.',
  path,
  extensions: { code: 'INTERNAL', requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
});

describe('an unexpected error', () => {
  it('in a query is masked, with its path and a request id', async () => {
    vi.spyOn(brim.app.domain.catalog, 'features').mockRejectedValue(new Error(SECRET));
    const answer = await brim.query('{ features { id } }');
    expect(answer.errors).toMatchObject([masked(['features'])]);
    expect(JSON.stringify(answer)).not.toContain('hunter2');
  });

  it('in a mutation is masked, and no member of the payload', async () => {
    vi.spyOn(brim.app.domain.ledger, 'post').mockRejectedValue(new Error(SECRET));
    const answer = await brim.query(
      'mutation { track(input: { customerId: "ada", featureId: "premium_messages" }) { __typename ... on Error { message } } }',
    );
    expect(answer).toMatchObject({ data: { track: null }, errors: [masked(['track'])] });
    expect(JSON.stringify(answer)).not.toContain('hunter2');
  });

  it('in one item of a batch is masked and fails only that item', async () => {
    const { post } = brim.app.domain.ledger;
    vi.spyOn(brim.app.domain.ledger, 'post').mockImplementationOnce(post).mockRejectedValueOnce(new Error(SECRET));
    const event = '{ customerId: "ada", featureId: "premium_messages" }';
    const answer = await brim.query(
      `mutation { trackBatch(input: { events: [${event}, ${event}] }) { ... on TrackBatchSuccess { results { __typename ... on Error { message } } } } }`,
    );
    expect(answer.data.trackBatch.results).toMatchObject([{ __typename: 'TrackSuccess' }, { __typename: 'NotTrackedError' }]);
    expect(JSON.stringify(answer)).not.toContain('hunter2');
  });

  it.each([
    ['WebSocket', resultsOverSocket],
    ['SSE', resultsOverSse],
  ])('is masked in a stream over %s, and in a field of a push', async (_transport, results) => {
    vi.spyOn(brim.app.domain.ledger.reads, 'openGrants').mockRejectedValue(new Error(SECRET));
    const pushes: unknown[] = [];
    for await (const result of results(
      brim,
      'subscription { balanceChanged(customerId: "ada") { balance { grants { id } } } }',
    )) {
      pushes.push(result);
      break;
    }
    expect(pushes).toMatchObject([{ errors: [masked(['balanceChanged', 'balance', 'grants'])] }]);
    vi.spyOn(brim.app.domain.customers, 'find').mockRejectedValue(new Error(SECRET));
    for await (const result of results(brim, 'subscription { balanceChanged(customerId: "ada") { sequence } }'))
      pushes.push(result);
    expect(pushes.slice(1)).toMatchObject([{ errors: [masked(['balanceChanged'])] }]);
    expect(JSON.stringify(pushes)).not.toContain('hunter2');
  });
});
