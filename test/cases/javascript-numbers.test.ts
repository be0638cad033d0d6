import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrim as openClient } from '../../packages/client/src/server/index.ts';
import { formatDecimal } from '../../src/values/decimal.ts';
import { roundNumber } from '../../src/values/number-text.ts';
import { openBrim, TEST_KEY, type TestBrim } from '../support/brim.ts';
import { balanceOf, createCustomer, createFeature, createPlan, grant, track } from '../support/shop.ts';

const COST = 'cost';
/** The one that the first users sent. */
const MEASURED = 0.040587500000000006;

/** What 2,000 answers of a language model cost, as an app computes it. */
function costsOf(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => {
    const [tokensIn, tokensOut] = [(index * 7_919) % 40_000, 1 + ((index * 104_729) % 9_000)];
    return tokensIn * 0.0000025 + tokensOut * 0.00001;
  });
}

function rounded(value: number): bigint {
  const read = roundNumber(String(value));
  if ('problem' in read) throw new Error(read.problem);
  return read.value;
}

const REFUSALS = '... on InvalidInputError { issues { path message } } ... on Error { message }';
const RESULTS = `__typename ... on TrackSuccess { applied shortfall } ${REFUSALS}`;

describe('numbers as JavaScript computes them', () => {
  let brim: TestBrim;

  beforeAll(async () => {
    brim = await openBrim();
    await createFeature(brim, COST);
  });
  afterAll(() => brim.close());

  async function openBalance(customerId: string): Promise<void> {
    await createCustomer(brim, customerId);
    await grant(brim, { customerId, featureId: COST, amount: '1000' });
  }

  async function trackBatch(events: readonly object[]) {
    const { trackBatch: payload } = await brim.data(
      `mutation ($input: TrackBatchInput!) { trackBatch(input: $input) { ... on TrackBatchSuccess { results { ${RESULTS} } } ${REFUSALS} } }`,
      { input: { events } },
    );
    return payload.results;
  }

  const remaining = async (customerId: string): Promise<string> => (await balanceOf(brim, customerId, COST)).remaining;
  const leftOf = (sum: bigint) => formatDecimal(1_000n * 10n ** 12n - sum);

  it('2,000 costs are all taken, and add up as they were rounded half to even', async () => {
    await openBalance('measured');
    const costs = costsOf(2_000);
    expect(costs.filter((cost) => String(cost).length > 17).length).toBeGreaterThan(200);
    for (const start of [0, 1_000]) {
      const part = costs.slice(start, start + 1_000);
      const results = await trackBatch(part.map((value) => ({ customerId: 'measured', featureId: COST, value })));
      expect(results).toEqual(
        part.map((cost) => ({ __typename: 'TrackSuccess', applied: formatDecimal(rounded(cost)), shortfall: '0' })),
      );
    }
    expect(await remaining('measured')).toBe(leftOf(costs.reduce((sum, cost) => sum + rounded(cost), 0n)));
  });

  it('the same number means the same in a variable and in a document, with an exponent or without', async () => {
    await openBalance('alike');
    for (const [written, applied] of [
      ['0.040587500000000006', '0.0405875'],
      ['4.05875e-2', '0.0405875'],
      ['1e-7', '0.0000001'],
      ['1E2', '100'],
      ['0.0000000000005000000001', '0.000000000001'],
    ] as const) {
      const asked = `customerId: "alike", featureId: "${COST}"`;
      const { track: inline } = await brim.data(`mutation { track(input: { ${asked}, value: ${written} }) { ${RESULTS} } }`);
      expect(inline).toMatchObject({ applied });
      expect(await track(brim, { customerId: 'alike', featureId: COST, value: Number(written) })).toMatchObject({ applied });
    }
  });

  it('a key finds its first answer, though the noise of the sum is another', async () => {
    await openBalance('keyed');
    const first = { customerId: 'keyed', featureId: COST, idempotencyKey: 'k', value: 0.1 + 0.2 };
    expect(await track(brim, first)).toMatchObject({ applied: '0.3', replayed: false });
    expect(await track(brim, { ...first, value: '0.3' })).toMatchObject({ applied: '0.3', replayed: true });
  });

  it('a string of more places is refused, and what the refusal names is taken', async () => {
    await openBalance('advised');
    const send = (value: string) => track(brim, { customerId: 'advised', featureId: COST, value });
    const refused = await send(String(MEASURED));
    expect(refused).toMatchObject({ __typename: 'InvalidInputError', issues: [{ path: ['value'] }] });
    const [, advice = ''] = /"([^"]+)" would be taken/.exec(refused.issues[0].message) ?? [];
    expect(await send(advice)).toMatchObject({ applied: '0.0405875' });
  });

  it('one bad item of a batch fails alone, with its own refusal', async () => {
    await openBalance('mixed');
    const values = [MEASURED, -1, 0, 1e-13, '0.0000000000001', '1.00000000000005', 1e30, 1];
    const results = await trackBatch(values.map((value) => ({ customerId: 'mixed', featureId: COST, value })));
    const refused = (message: RegExp) => ({
      __typename: 'InvalidInputError',
      issues: [{ path: ['value'], message: expect.stringMatching(message) }],
    });
    expect(results).toMatchObject([
      { applied: '0.0405875' },
      refused(/^must be above zero$/),
      refused(/^must be above zero$/),
      refused(/smallest amount is 0\.000000000001$/),
      refused(/"0\.000000000001" would be taken$/),
      refused(/"1" would be taken$/),
      refused(/26 digits/),
      { applied: '1' },
    ]);
    expect(await remaining('mixed')).toBe('998.9594125');
  });

  it('prices and quantities are read by the same rule', async () => {
    const price = { amount: { amount: 0.1 + 0.2, currency: 'usd' }, billingUnits: 1e2, method: 'PREPAID' };
    await createPlan(brim, { id: 'sums', addOn: true, items: [{ featureId: COST, price }] });
    const { plan } = await brim.data('{ plan(id: "sums") { items { price { amount { amount } billingUnits } } } }');
    expect(plan.items).toEqual([{ price: { amount: { amount: '0.3' }, billingUnits: '100' } }]);
  });

  it('over /v1 one bad item of a batch fails alone, also one that cannot be read at all', async () => {
    await openBalance('wire');
    const use = { customer_id: 'wire', feature_id: COST };
    const events = [{ ...use, value: MEASURED }, { ...use, value: 'ten' }, { ...use, value: 1e-13 }, 7, { ...use, value: 2 }];
    const response = await fetch(`${brim.url}/v1/balances.batch_track`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TEST_KEY}`, 'content-type': 'application/json', 'idempotency-key': 'batch' },
      body: JSON.stringify(events),
    });
    expect(response.status).toBe(400);
    const { message, code } = Object(await response.json());
    expect(code).toBe('batch_incomplete');
    expect(message).toMatch(
      /^2 of 5 were tracked\..* 1: .*must be a number; 2: .*smallest amount.*; 3: .*must be a JSON object$/,
    );
    expect(await remaining('wire')).toBe('997.9594125');
  });

  it('in @brim/client/server, one bad item of a batch fails alone, also one that Brim cannot read and one that JSON cannot say', async () => {
    await openBalance('client');
    const client = await openClient({ url: brim.url, secretKey: TEST_KEY, retryDelayMs: 1 });
    const use = { customerId: 'client', featureId: COST };
    const results = await client.trackBatch([
      { ...use, value: MEASURED },
      { ...use, value: Number.NaN },
      { ...use, value: '1e3' },
      { ...use, value: 1e-13 },
      { ...use, occurredAt: 'yesterday' },
      { ...use, customerId: 'nobody' },
      { ...use, value: 2 },
    ]);
    expect(results.map((result) => ('__typename' in result ? result.__typename : result))).toEqual([
      'TrackSuccess',
      'InvalidInputError',
      'InvalidInputError',
      'InvalidInputError',
      'InvalidInputError',
      'CustomerNotFoundError',
      'TrackSuccess',
    ]);
    expect(results[1]).toMatchObject({ issues: [{ path: ['value'] }] });
    expect(await client.track({ ...use, value: Number.POSITIVE_INFINITY })).toMatchObject({ __typename: 'InvalidInputError' });
    expect(await client.check({ ...use, required: Number.NaN })).toMatchObject({ __typename: 'InvalidInputError' });
    expect(await remaining('client')).toBe('997.9594125');
    await client.close();
  });

  it('@brim/client/server sends thousands of tracks in few requests, with their results in order', async () => {
    await openBalance('thousands');
    const client = await openClient({ url: brim.url, secretKey: TEST_KEY });
    const costs = costsOf(2_500);
    const results = await client.trackBatch(costs.map((value) => ({ customerId: 'thousands', featureId: COST, value })));
    expect(results.map((result) => ('applied' in result ? result.applied : result))).toEqual(
      costs.map((cost) => formatDecimal(rounded(cost))),
    );
    await client.close();
  });
});
