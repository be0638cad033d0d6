import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TEST_KEY } from '../support/brim.ts';
import { expectError, type Fixture, openFixture } from './fixture.ts';

/** A valid mutation beside the invalid one. */
const GOOD = 'good: track(input: { customerId: "payer", featureId: "premium_messages" }) { __typename }';

describe('an invalid request', () => {
  let fixture: Fixture;

  beforeAll(async () => {
    fixture = await openFixture();
  });
  afterAll(() => fixture.close());

  it.each([
    ['empty', '', 'JSON'],
    ['no JSON', 'track 5 messages', 'JSON'],
    ['half a JSON', '{"query":"{ viewer { id } }"', 'JSON'],
    ['null', 'null', 'expected to be object but received null'],
    ['a list', '[{"query":"{ viewer { id } }"}]', 'Batching is not supported'],
    ['a word', '"query"', 'expected to be object but received string'],
    ['a query that is no text', '{"query":{"viewer":"id"}}', 'Expected "query" param to be a string'],
    ['variables that are no object', '{"query":"{ viewer { id } }","variables":"id"}', 'Expected "variables" param'],
  ])('a body that is %s is 400 and says why', async (_name, body, says) => {
    const { status, answer } = await fixture.withoutWriting(() => fixture.post(body));
    expect(status).toBe(400);
    expectError(answer, 'BAD_REQUEST', says);
    expect(answer.data).toBeUndefined();
  });

  it('a body without a query is refused, and the error says so', async () => {
    const { answer } = await fixture.withoutWriting(() => fixture.post('{}'));
    expectError(answer, 'BAD_REQUEST', 'Must provide query string');
  });

  it('2 MB of query are refused with the limit', async () => {
    const query = `mutation { ${GOOD} } # ${'x'.repeat(2 * 1024 * 1024)}`;
    const { status, answer } = await fixture.withoutWriting(() => fixture.post(JSON.stringify({ query })));
    expect(status).toBe(413);
    expectError(answer, 'PAYLOAD_TOO_LARGE', '1048576 bytes');
  });

  it('2 MB of query are refused also without a declared length', async () => {
    const chunk = new TextEncoder().encode(' '.repeat(64 * 1024));
    let chunks = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        chunks += 1;
        if (chunks > 32) controller.close();
        else controller.enqueue(chunk);
      },
    });
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${TEST_KEY}` };
    // A body that is a stream needs `duplex`, which the types do not have yet.
    const streaming = { method: 'POST', headers, body, duplex: 'half' };
    const response = await fixture.withoutWriting(() => fetch(`${fixture.brim.url}/graphql`, streaming));
    expect(response.status).toBe(413);
  });

  it('a document that fits into a body may still be too long', async () => {
    const query = `mutation { ${GOOD} } # ${'x'.repeat(70_000)}`;
    const { answer } = await fixture.withoutWriting(() => fixture.post(JSON.stringify({ query })));
    expectError(answer, 'QUERY_TOO_COMPLEX', '65536 characters; put what varies into variables');
  });

  it('a webhook of 2 MB is refused', async () => {
    const { status } = await fixture.withoutWriting(() =>
      fetch(`${fixture.brim.url}/webhooks/stripe`, { method: 'POST', body: 'x'.repeat(2 * 1024 * 1024) }),
    );
    expect(status).toBe(413);
  });

  it.each([
    ['a syntax error', `mutation { ${GOOD} `, 'GRAPHQL_PARSE_FAILED', 'Syntax Error'],
    ['an unknown field', `mutation { ${GOOD} trak }`, 'GRAPHQL_VALIDATION_FAILED', 'Did you mean "track"'],
    [
      'an unknown argument',
      `mutation { ${GOOD} bad: track(input: { customerId: "payer", featureId: "premium_messages", amount: 1 }) { __typename } }`,
      'GRAPHQL_VALIDATION_FAILED',
      'Field "amount" is not defined by type "TrackInput"',
    ],
    [
      'an argument that is missing',
      `mutation { ${GOOD} bad: track(input: { customerId: "payer" }) { __typename } }`,
      'GRAPHQL_VALIDATION_FAILED',
      '"TrackInput.featureId" of required type "ID!" was not provided',
    ],
    [
      'an unknown enum value',
      `mutation { ${GOOD} bad: track(input: { customerId: "payer", featureId: "premium_messages", onShortfall: IGNORE }) { __typename } }`,
      'GRAPHQL_VALIDATION_FAILED',
      'Value "IGNORE" does not exist in "ShortfallPolicy" enum',
    ],
  ])('%s prevents the execution of the whole document', async (_name, query, code, says) => {
    const { answer } = await fixture.withoutWriting(() => fixture.post(JSON.stringify({ query })));
    expectError(answer, code, says);
  });

  it('a refused mutation does not affect the ones beside it', async () => {
    const { data } = await fixture.brim.query(
      `mutation { bad: track(input: { customerId: "payer", featureId: "premium_messages", value: -1 }) { __typename } ${GOOD} }`,
    );
    expect(data).toEqual({ bad: { __typename: 'InvalidInputError' }, good: { __typename: 'TrackSuccess' } });
  });
});
