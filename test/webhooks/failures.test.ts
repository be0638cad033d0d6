import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { TestBrim } from '../support/brim.ts';
import { advanceClock, createCustomer, grant, MESSAGES, openShop, track } from '../support/shop.ts';
import {
  change,
  createEndpoint,
  type Endpoint,
  endpointOf,
  failing,
  ok,
  openReceiver,
  type Receiver,
  type Respond,
  untilDeliveries,
} from '../support/webhook-receiver.ts';
import { until } from '../support/witness.ts';

const TIMEOUT_MS = 400;
const MIB = 1024 * 1024;

let brim: TestBrim;
/** One that always works, to show that it is unaffected. */
let sound: Receiver;
let receiver: Receiver;
let endpoint: Endpoint;

beforeAll(async () => {
  [brim, sound] = await Promise.all([openShop({ config: { testClocks: true }, webhookTimeoutMs: TIMEOUT_MS }), openReceiver()]);
  await createEndpoint(brim, sound.url, ['CUSTOMER_CREATED', 'BALANCE_EXHAUSTED', 'BALANCE_RECOVERED']);
});
afterAll(async () => {
  await brim.close();
  await sound.close();
});
beforeEach(async () => {
  receiver = await openReceiver();
  endpoint = await createEndpoint(brim, receiver.url, ['CUSTOMER_CREATED', 'BALANCE_EXHAUSTED', 'BALANCE_RECOVERED']);
  return async () => {
    await change(brim, 'deleteWebhookEndpoint', { id: endpoint.id }, 'deletedId');
    await receiver.close();
  };
});

const hanging: Respond = () => undefined;
const redirecting: Respond = (response) => void response.writeHead(307, { location: sound.url }).end();

/** Writes as fast as it is read. */
function answerMuch(response: ServerResponse, bytes: number): void {
  let left = bytes;
  const write = (): void => {
    while (left > 0 && !response.destroyed) {
      left -= MIB;
      if (!response.write('x'.repeat(MIB))) return void response.once('drain', write);
    }
    response.end();
  };
  write();
}

/** One round is two events: the balance is used up, and usable again. */
async function round(customerId: string): Promise<void> {
  await track(brim, { customerId, featureId: MESSAGES, value: '10' });
  await grant(brim, { customerId, featureId: MESSAGES, amount: '10' });
}

const ROUND = ['BALANCE_EXHAUSTED', 'BALANCE_RECOVERED'];
const CREATED = 'CUSTOMER_CREATED';

describe('an endpoint that', () => {
  it.each([
    ['answers 500', failing, { responseStatus: 500, responseBody: 'broken', failure: 'It answered 500.' }],
    ['hangs', hanging, { responseStatus: null, responseBody: null, failure: `No answer came within ${TIMEOUT_MS / 1_000} s.` }],
    ['redirects', redirecting, { responseStatus: 307, failure: 'It answered 307, and Brim follows no redirects.' }],
  ])('%s is tried again later, and the other one hears of it at once', async (name, respond, log) => {
    const customerId = `of_${name.replaceAll(' ', '_')}`;
    receiver.respond = respond;
    await createCustomer(brim, customerId);
    await round(customerId);
    await until(() => expect(sound.typesOf(customerId)).toEqual([CREATED, ...ROUND]));
    const [, , first] = await untilDeliveries(brim, endpoint.id, [
      { status: 'PENDING', attempts: 0, type: 'BALANCE_RECOVERED', responseStatus: null },
      { status: 'PENDING', attempts: 0, type: 'BALANCE_EXHAUSTED' },
      { status: 'RETRYING', type: CREATED, customer: { id: customerId }, nextAttemptAt: expect.any(String), ...log },
    ]);
    expect(first.durationMs).toBeGreaterThanOrEqual(respond === hanging ? TIMEOUT_MS - 10 : 0);

    receiver.respond = ok;
    await advanceClock(brim, { by: { unit: 'HOUR', count: 1 } });
    await untilDeliveries(brim, endpoint.id, [
      { status: 'SUCCEEDED', attempts: 1, nextAttemptAt: null },
      { status: 'SUCCEEDED', attempts: 1 },
      { status: 'SUCCEEDED', responseStatus: 200, responseBody: 'thanks', failure: null, nextAttemptAt: null },
    ]);
    const ids = receiver.received.map(({ id }) => id);
    expect(new Set(ids).size).toBe(3);
    expect(ids.slice(-3)).toEqual([...new Set(ids)]);
    expect(sound.typesOf(customerId)).toEqual([CREATED, ...ROUND]);
  });

  it.each([
    ['10 MB', 10 * MIB],
    ['without an end', Number.POSITIVE_INFINITY],
  ])('answers %s is understood, and only the beginning is read', async (_name, bytes) => {
    let isClosed = false;
    receiver.respond = (response) => {
      response.on('close', () => {
        isClosed = true;
      });
      answerMuch(response, bytes);
    };
    await createCustomer(brim, `of_${bytes}`);
    const [delivery] = await untilDeliveries(brim, endpoint.id, [{ status: 'SUCCEEDED', responseStatus: 200 }]);
    expect(delivery.responseBody).toBe('x'.repeat(1_000));
    await until(() => expect(isClosed).toBe(true));
  });

  it('fails for some customers delays only those', async () => {
    receiver.respond = (response, received) => (received.body.includes('bad_') ? failing : ok)(response, received);
    await Promise.all(['bad_1', 'good_1', 'bad_2', 'good_2'].map((customerId) => createCustomer(brim, customerId)));
    await Promise.all(['bad_1', 'good_1', 'bad_2', 'good_2'].map(round));
    // At least once: what is not answered in time is sent again.
    for (const customerId of ['good_1', 'good_2'])
      await until(() => expect([...new Set(receiver.typesOf(customerId))]).toEqual([CREATED, ...ROUND]));
    for (const customerId of ['bad_1', 'bad_2'])
      await until(() => expect(new Set(receiver.typesOf(customerId))).toEqual(new Set([CREATED])));
  });

  it('is away for a day misses nothing, and hears of it in order', async () => {
    receiver.respond = failing;
    await createCustomer(brim, 'patient');
    for (let hours = 0; hours < 24; hours += 6) {
      await round('patient');
      await advanceClock(brim, { by: { unit: 'HOUR', count: 6 } });
    }
    await until(() => expect(receiver.received.length).toBeGreaterThan(1));
    receiver.received.length = 0;
    receiver.respond = ok;
    await advanceClock(brim, { by: { unit: 'HOUR', count: 13 } });
    await until(() => expect(receiver.typesOf('patient')).toEqual([CREATED, ...ROUND, ...ROUND, ...ROUND, ...ROUND]));
    expect(await endpointOf(brim, endpoint.id)).toMatchObject({ enabled: true, disabledReason: null });
  });

  it('is away for three days is disabled with a reason, and gets all that waited once it is enabled', async () => {
    receiver.respond = failing;
    await createCustomer(brim, 'forgotten');
    await round('forgotten');
    await untilDeliveries(brim, endpoint.id, [{}, {}, { status: 'RETRYING' }]);
    await advanceClock(brim, { by: { unit: 'HOUR', count: 71 } });
    await until(() => expect(receiver.received.length).toBeGreaterThan(1));
    expect(await endpointOf(brim, endpoint.id)).toMatchObject({ enabled: true });
    await advanceClock(brim, { by: { unit: 'HOUR', count: 2 } });
    await until(async () =>
      expect(await endpointOf(brim, endpoint.id)).toMatchObject({
        enabled: false,
        disabledReason: expect.stringContaining('three days'),
        deliveries: { nodes: [{ status: 'PENDING' }, { status: 'PENDING' }, { status: 'RETRYING', nextAttemptAt: null }] },
      }),
    );
    await createCustomer(brim, 'meanwhile');
    await until(() => expect(sound.typesOf('meanwhile')).toEqual([CREATED]));
    receiver.respond = ok;
    receiver.received.length = 0;
    expect(
      await change(brim, 'updateWebhookEndpoint', { id: endpoint.id, enabled: true }, 'endpoint { enabled disabledReason }'),
    ).toEqual({
      __typename: 'UpdateWebhookEndpointSuccess',
      endpoint: { enabled: true, disabledReason: null },
    });
    await until(() => expect(receiver.typesOf('forgotten')).toEqual([CREATED, ...ROUND]));
    expect(receiver.typesOf('meanwhile')).toEqual([]);
  });

  it('takes all but one delivery loses that one alone after three days', async () => {
    receiver.respond = (response, received) => (received.body.includes('poison') ? failing : ok)(response, received);
    await createCustomer(brim, 'poison');
    await untilDeliveries(brim, endpoint.id, [{ status: 'RETRYING' }]);
    await advanceClock(brim, { by: { unit: 'HOUR', count: 70 } });
    await createCustomer(brim, 'healthy');
    await until(() => expect(receiver.typesOf('healthy')).toEqual([CREATED]));
    await advanceClock(brim, { by: { unit: 'HOUR', count: 3 } });
    await untilDeliveries(brim, endpoint.id, [{ status: 'SUCCEEDED' }, { status: 'FAILED', nextAttemptAt: null }]);
    expect(await endpointOf(brim, endpoint.id)).toMatchObject({ enabled: true });
  });
});
