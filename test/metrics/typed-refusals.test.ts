/** Refusals that are members of a payload: counted by root field and code, and in the log. */
import { beforeAll, describe, expect, it } from 'vitest';
import { createCustomer, MESSAGES } from '../support/shop.ts';
import { watchBrim } from './fixture.ts';

describe('a typed refusal', () => {
  const watched = watchBrim();
  const { newOf, told } = watched;
  beforeAll(() => createCustomer(watched.brim, 'poor'));
  const TOO_MUCH = { customerId: 'poor', featureId: MESSAGES, value: '500', onShortfall: 'REJECT' };

  it('is counted and logged with its root field and code, although nothing of it was selected', async () => {
    const document = 'mutation ($input: TrackInput!) { a: track(input: $input) { ... on TrackSuccess { applied } } }';
    expect(await watched.brim.data(document, { input: TOO_MUCH })).toEqual({ a: {} });
    expect(await newOf('brim_typed_refusals_total')).toEqual({ '{field="track",code="INSUFFICIENT_BALANCE"}': 1 });
    expect(await newOf('brim_refusals_total')).toEqual({});
    expect(told()).toEqual([
      expect.objectContaining({ type: 'mutation', field: 'track', caller: 'key', refused: 1, codes: ['INSUFFICIENT_BALANCE'] }),
    ]);
    expect(watched.text()).not.toContain('poor');
  });

  it('is counted for each root field of an operation, with one line for all', async () => {
    const document = `mutation ($input: TrackInput!) {
      one: track(input: $input) { __typename }
      two: track(input: $input) { __typename }
      archiveFeature(input: { id: "none" }) { __typename }
    }`;
    await watched.brim.data(document, { input: TOO_MUCH });
    expect(await newOf('brim_typed_refusals_total')).toEqual({
      '{field="track",code="INSUFFICIENT_BALANCE"}': 2,
      '{field="archiveFeature",code="FEATURE_NOT_FOUND"}': 1,
    });
    expect(told()).toEqual([
      expect.objectContaining({ field: 'several', refused: 3, codes: ['INSUFFICIENT_BALANCE', 'FEATURE_NOT_FOUND'] }),
    ]);
  });

  it('is counted for each item of a batch, with one line for all', async () => {
    const events = [TOO_MUCH, { ...TOO_MUCH, onShortfall: 'CAP' }, { ...TOO_MUCH, customerId: 'nobody' }, TOO_MUCH];
    const batch = 'mutation ($events: [TrackInput!]!) { trackBatch(input: { events: $events }) { __typename } }';
    await watched.brim.data(batch, { events });
    const rows = [{ customerId: 'new', featureId: 'none', remaining: '1', idempotencyKey: 'row-1' }];
    const imported = 'mutation ($rows: [ImportRowInput!]!) { importBalances(input: { rows: $rows }) { __typename } }';
    await watched.brim.data(imported, { rows });
    expect(await newOf('brim_typed_refusals_total')).toEqual({
      '{field="trackBatch",code="INSUFFICIENT_BALANCE"}': 2,
      '{field="trackBatch",code="CUSTOMER_NOT_FOUND"}': 1,
      '{field="importBalances",code="FEATURE_NOT_FOUND"}': 1,
    });
    expect(told()).toEqual([
      expect.objectContaining({ field: 'trackBatch', refused: 3, codes: ['INSUFFICIENT_BALANCE', 'CUSTOMER_NOT_FOUND'] }),
      expect.objectContaining({ field: 'importBalances', refused: 1, codes: ['FEATURE_NOT_FOUND'] }),
    ]);
  });
});
