import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type Brim, BrimError, type BrimOptions, openBrim as openClient } from '../../../packages/client/src/server/index.ts';
import { TEST_KEY, type TestBrim } from '../../support/brim.ts';
import { balanceOf, createCustomer, MESSAGES, openShop } from '../../support/shop.ts';
import { errorReply, openStandIn, passOn } from './stand-in.ts';

describe('@brim/client/server', () => {
  let brim: TestBrim;

  beforeAll(async () => {
    brim = await openShop();
  });
  afterAll(() => brim.close());

  async function connect(options: Partial<BrimOptions> = {}): Promise<Brim> {
    const client = await openClient({ url: brim.url, secretKey: TEST_KEY, retryDelayMs: 1, ...options });
    onTestFinished(() => client.close());
    return client;
  }

  it('does what an app needs, with answers that have types', async () => {
    const client = await connect();
    const created = await client.createCustomer({ id: 'jo', name: 'Jo' });
    expect(created).toMatchObject({ __typename: 'CreateCustomerSuccess', created: true, customer: { name: 'Jo' } });
    const tracked = await client.track({ customerId: 'jo', featureId: MESSAGES, value: 4 });
    if (tracked.__typename !== 'TrackSuccess') throw new Error(tracked.__typename);
    expect(tracked).toMatchObject({ applied: '4', balance: { remaining: '6', version: 2 }, entry: { sequence: 2 } });
    const checked = await client.check({ customerId: 'jo', featureId: MESSAGES, required: 7 });
    expect(checked).toMatchObject({ __typename: 'CheckResult', allowed: false, shortfall: '1', offers: [{ quantity: '100' }] });
    const attached = await client.attach({
      customerId: 'jo',
      planId: 'top_up',
      featureQuantities: [{ featureId: MESSAGES, quantity: 200 }],
      successUrl: 'https://app.example/thanks',
    });
    expect(attached).toMatchObject({ __typename: 'AttachPlanSuccess', purchase: { status: 'PENDING', total: { amount: '20' } } });
    const token = await client.createCustomerToken({ customerId: 'jo', attachablePlanIds: ['top_up'] });
    if (token.__typename !== 'CreateCustomerTokenSuccess') throw new Error(token.message);
    expect(await brim.data('{ viewer { id } }', {}, token.token)).toEqual({ viewer: { id: 'jo' } });
    expect(await client.revokeCustomerTokens({ customerId: 'jo' })).toMatchObject({ __typename: 'RevokeCustomerTokensSuccess' });
    expect((await brim.query('{ viewer { id } }', {}, token.token)).errors?.[0]?.message).toContain('revoked');
  });

  it.each(['/graphql', '/graphql/', '/'])('finds Brim at an address that ends in %s', async (end) => {
    const client = await connect({ url: `${brim.url}${end}` });
    expect((await client.createCustomer({ id: 'found' })).__typename).toBe('CreateCustomerSuccess');
  });

  it('does not send again what stands, whatever could be read of its answer', async () => {
    await createCustomer(brim, 'stands');
    const { url, inputs } = await openStandIn(async (body) => {
      await passOn(brim.url, body, TEST_KEY);
      return errorReply('ANSWER_INCOMPLETE', 200, { purchaseId: 'pur_1' });
    });
    const client = await connect({ url });
    const attaching = client.attach({
      customerId: 'stands',
      planId: 'top_up',
      featureQuantities: [{ featureId: MESSAGES, quantity: 100 }],
    });
    await expect(attaching).rejects.toMatchObject({
      code: 'ANSWER_INCOMPLETE',
      done: true,
      retryable: false,
      purchaseId: 'pur_1',
    });
    expect(inputs).toHaveLength(1);
  });

  it('asks for each of a batch by its key where it is not known which of it was done', async () => {
    await createCustomer(brim, 'batched');
    const { url, inputs } = await openStandIn(async (body, turn) => {
      const reply = await passOn(brim.url, body, TEST_KEY);
      return turn === 1 ? errorReply('ANSWER_INCOMPLETE') : reply;
    });
    const client = await connect({ url });
    const results = await client.trackBatch([
      { customerId: 'batched', featureId: MESSAGES, value: 2 },
      { customerId: 'nobody', featureId: MESSAGES },
    ]);
    expect(results).toMatchObject([{ applied: '2', replayed: true }, { __typename: 'CustomerNotFoundError' }]);
    expect(inputs).toHaveLength(3);
    expect(await balanceOf(brim, 'batched')).toMatchObject({ remaining: '8' });
  });

  it('gives a refusal as a value, also that of a query', async () => {
    const client = await connect();
    await createCustomer(brim, 'refused');
    const customerId = 'refused';
    expect(await client.track({ customerId, featureId: MESSAGES, value: 11, onShortfall: 'REJECT' })).toMatchObject({
      __typename: 'InsufficientBalanceError',
      required: '11',
      remaining: '10',
      offers: [{ plan: { id: 'top_up' } }],
    });
    expect(await client.track({ customerId, featureId: MESSAGES, value: -1 })).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path: ['value'] }],
    });
    const nobody = { customerId: 'nobody', featureId: MESSAGES };
    expect((await client.track(nobody)).__typename).toBe('CustomerNotFoundError');
    expect((await client.check(nobody)).__typename).toBe('CustomerNotFoundError');
    expect((await client.check({ customerId, featureId: 'nothing' })).__typename).toBe('FeatureNotFoundError');
    expect((await client.createCustomerToken({ customerId: 'nobody' })).__typename).toBe('CustomerNotFoundError');
    expect((await client.revokeCustomerTokens({ customerId: 'nobody' })).__typename).toBe('CustomerNotFoundError');
  });

  it('asks again with the key of the first time, so that an answer that was lost is counted once', async () => {
    await createCustomer(brim, 'twice');
    const standIn = await openStandIn(async (body, turn) => {
      const reply = await passOn(brim.url, body, TEST_KEY);
      return turn === 1 ? 'cut' : reply;
    });
    const client = await connect({ url: standIn.url });
    const tracked = await client.track({ customerId: 'twice', featureId: MESSAGES, value: 3 });
    expect(tracked).toMatchObject({ __typename: 'TrackSuccess', replayed: true, balance: { remaining: '7' } });
    expect(standIn.inputs).toHaveLength(2);
    expect(standIn.inputs[0]?.['idempotencyKey']).toEqual(expect.stringMatching(/./));
    expect(standIn.inputs[1]).toEqual(standIn.inputs[0]);
    expect((await balanceOf(brim, 'twice')).remaining).toBe('7');
  });

  it.each(['OVERLOADED', 'UNAVAILABLE', 'OUTCOME_UNKNOWN'])('asks again after %s', async (code) => {
    const customerId = `again-${code}`;
    await createCustomer(brim, customerId);
    const standIn = await openStandIn((body, turn) => (turn < 3 ? errorReply(code) : passOn(brim.url, body, TEST_KEY)));
    const client = await connect({ url: standIn.url });
    expect((await client.track({ customerId, featureId: MESSAGES })).__typename).toBe('TrackSuccess');
    expect(new Set(standIn.inputs.map((input) => input['idempotencyKey'])).size).toBe(1);
  });

  it('gives up after its retries, with the last error and that it is retryable', async () => {
    const standIn = await openStandIn(() => ({ status: 503, body: '<h1>Bad gateway</h1>' }));
    const client = await connect({ url: standIn.url, retries: 2 });
    const error = await client.check({ customerId: 'jo', featureId: MESSAGES }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(BrimError);
    expect(error).toMatchObject({ code: 'HTTP', status: 503, retryable: true });
    expect(standIn.inputs).toHaveLength(3);
  });

  it('does not ask again where the answer would be the same', async () => {
    const standIn = await openStandIn((body) => passOn(brim.url, body, 'brim_sk_of_somebody_else_000'));
    const client = await connect({ url: standIn.url });
    await expect(client.createCustomer({ id: 'x' })).rejects.toMatchObject({ code: 'UNAUTHENTICATED', retryable: false });
    expect(standIn.inputs).toHaveLength(1);
  });

  it('waits no longer than its timeout, and no longer than its caller', async () => {
    const standIn = await openStandIn(() => 'silence');
    const client = await connect({ url: standIn.url, timeoutMs: 500, retries: 1 });
    await expect(client.createCustomer({ id: 'x' })).rejects.toMatchObject({ code: 'TIMEOUT', retryable: true });
    expect(standIn.inputs).toHaveLength(2);
    const patient = await connect({ url: standIn.url });
    const signal = AbortSignal.timeout(50);
    await expect(patient.createCustomer({ id: 'x' }, { signal })).rejects.toMatchObject({ code: 'ABORTED', retryable: false });
  });
});
