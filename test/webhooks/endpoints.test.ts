import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestBrim } from '../support/brim.ts';
import { createCustomer, openShop } from '../support/shop.ts';
import {
  change,
  createEndpoint,
  endpointOf,
  failing,
  ok,
  openReceiver,
  type Receiver,
  untilDeliveries,
  verify,
} from '../support/webhook-receiver.ts';
import { until } from '../support/witness.ts';

const STRIPE = { secretKey: 'sk_test_none', webhookSecret: 'whsec_none', apiUrl: 'http://127.0.0.1:9' };

let brim: TestBrim;
/** As in production, with one private network allowed. */
let strict: TestBrim;
let receiver: Receiver;

beforeAll(async () => {
  [brim, receiver] = await Promise.all([openShop(), openReceiver()]);
  strict = await openShop({
    config: { environment: 'production', publicUrl: 'https://brim.example', stripe: STRIPE, webhookNetworks: ['10.0.0.0/8'] },
  });
});
afterAll(async () => {
  await Promise.all([brim.close(), strict.close()]);
  await receiver.close();
});

const create = (door: TestBrim, url: string, events: readonly string[] = ['CUSTOMER_CREATED']) =>
  change(door, 'createWebhookEndpoint', { url, events }, 'secret endpoint { id url events enabled disabledReason }');
const refusedAt = (path: readonly string[], message: unknown) => ({
  __typename: 'InvalidInputError',
  issues: [{ path, message }],
});

describe('a URL is refused, with its path,', () => {
  const SPECIAL = expect.stringContaining('must not lead to a private');
  const PLAIN = expect.stringContaining('must begin with https://');

  it.each([
    ...['https://127.0.0.1/hooks', 'https://localhost/hooks', 'https://[::1]/hooks', 'https://[::ffff:127.0.0.1]/hooks'],
    ...['https://2130706433/', 'https://0x7f.1/', 'https://0177.0.0.1/', 'https://127.1/', 'https://0.0.0.0/', 'https://[::]/'],
    ...['https://192.168.0.1/', 'https://172.16.9.9/', 'https://100.64.0.1/', 'https://[fd00::1]/', 'https://[fe80::1]/'],
    ...[
      'https://169.254.169.254/latest/meta-data',
      'https://[::ffff:a9fe:a9fe]/',
      'https://168.63.129.16/',
      'https://224.0.0.1/',
    ],
    ...['https://[64:ff9b::7f00:1]/', 'https://[2002:7f00:1::]/', 'https://127。0。0。1/', 'https://①②⑦.0.0.1/'],
  ])('that leads to a special address: %s', async (url) => {
    expect(await create(strict, url)).toMatchObject(refusedAt(['url'], SPECIAL));
  });

  it.each(['http://8.8.8.8/hooks', 'HTTP://8.8.8.8:8080/'])('that is not encrypted on the open internet: %s', async (url) => {
    expect(await create(strict, url)).toMatchObject(refusedAt(['url'], PLAIN));
    expect(await create(brim, url)).toMatchObject(refusedAt(['url'], PLAIN));
  });

  it.each([
    ['ftp://8.8.8.8/', 'must be an http or https URL'],
    ['/hooks', 'must be an http or https URL'],
    ['https://', 'must be an http or https URL'],
    ['https://user:secret@8.8.8.8/', 'must be without a user name and a password'],
    ['https:\\\\8.8.8.8\\', 'must be an http or https URL without a backslash'],
    ['https://8.8.8.8/#part', 'must be without a fragment'],
    [`https://8.8.8.8/${'x'.repeat(2_000)}`, 'must have at most 2000 characters'],
  ])('that no server can be told: %.40s', async (url, message) => {
    expect(await create(strict, url)).toMatchObject(refusedAt(['url'], message));
  });

  it('also where an endpoint is changed', async () => {
    const { endpoint } = await create(strict, 'https://8.8.8.8/hooks');
    expect(
      await change(
        strict,
        'updateWebhookEndpoint',
        { id: endpoint.id, url: 'https://10.1.1.1.nip.invalid@127.0.0.1/' },
        'endpoint { url }',
      ),
    ).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path: ['url'] }],
    });
    expect(
      await change(strict, 'updateWebhookEndpoint', { id: endpoint.id, url: 'https://192.168.1.1/' }, 'endpoint { url }'),
    ).toMatchObject(refusedAt(['url'], SPECIAL));
    expect((await endpointOf(strict, endpoint.id)).url).toBe('https://8.8.8.8/hooks');
  });
});

it.each(['http://10.1.2.3/hooks', 'https://10.1.2.3:8443/hooks', 'https://[2606:4700:4700::1111]/hooks'])(
  'a URL in an allowed network or on the open internet is taken: %s',
  async (url) => {
    const { endpoint } = await create(strict, url);
    expect(endpoint).toMatchObject({ url, enabled: true, disabledReason: null });
    await change(strict, 'deleteWebhookEndpoint', { id: endpoint.id }, 'deletedId');
  },
);

it('an endpoint names what it wants, once each, and at least one type', async () => {
  const { endpoint } = await create(brim, receiver.url, ['PURCHASE_SETTLED', 'CUSTOMER_CREATED', 'PURCHASE_SETTLED']);
  expect(endpoint.events).toEqual(['PURCHASE_SETTLED', 'CUSTOMER_CREATED']);
  expect(await create(brim, receiver.url, [])).toMatchObject(refusedAt(['events'], 'must name at least one type of event'));
  await change(brim, 'deleteWebhookEndpoint', { id: endpoint.id }, 'deletedId');
});

it('there are twenty endpoints at most, however many calls race', async () => {
  const before = (await brim.data('{ webhookEndpoints { id } }')).webhookEndpoints.length;
  const made = await Promise.all(Array.from({ length: 22 }, () => create(brim, receiver.url, ['PURCHASE_FAILED'])));
  expect(made.filter(({ endpoint }) => endpoint)).toHaveLength(20 - before);
  expect(made.find(({ issues }) => issues)).toMatchObject(refusedAt([], 'there are 20 endpoints already: delete one first'));
  for (const { endpoint } of made) if (endpoint) await change(brim, 'deleteWebhookEndpoint', { id: endpoint.id }, 'deletedId');
});

it('what names no endpoint or delivery is told so', async () => {
  const missing = { __typename: 'WebhookEndpointNotFoundError', message: expect.stringContaining('"we_none"') };
  expect(await change(brim, 'updateWebhookEndpoint', { id: 'we_none', enabled: false }, 'endpoint { id }')).toEqual(missing);
  expect(await change(brim, 'deleteWebhookEndpoint', { id: 'we_none' }, 'deletedId')).toEqual(missing);
  expect(await change(brim, 'rotateWebhookSecret', { id: 'we_none' }, 'secret')).toEqual(missing);
  expect(await change(brim, 'sendTestEvent', { endpointId: 'we_none', type: 'BALANCE_LOW' }, 'delivery { id }')).toEqual(missing);
  expect(await change(brim, 'redeliver', { deliveryId: 'wd_none' }, 'delivery { id }')).toMatchObject({
    __typename: 'WebhookDeliveryNotFoundError',
  });
  expect((await brim.data('{ webhookEndpoint(id: "we none") { id } }')).webhookEndpoint).toBeNull();
});

describe('an endpoint', () => {
  it('whose secret changes is signed for with both, until the earlier one ends', async () => {
    const { id, secret } = await createEndpoint(brim, receiver.url, ['CUSTOMER_CREATED']);
    const rotate = (input: object) => change(brim, 'rotateWebhookSecret', { id, ...input }, 'secret previousSecretUntil');
    const next = (await rotate({})).secret;
    await createCustomer(brim, 'signed_twice');
    await until(() => expect(receiver.typesOf('signed_twice')).toHaveLength(1));
    const [twice] = receiver.received.slice(-1);
    if (!twice) throw new Error('nothing came');
    expect([verify(secret, twice), verify(next, twice)]).toEqual([twice.event, twice.event]);

    const last = (await rotate({ previousSecretValidForSeconds: 0 })).secret;
    await createCustomer(brim, 'signed_once');
    await until(() => expect(receiver.typesOf('signed_once')).toHaveLength(1));
    const [once] = receiver.received.slice(-1);
    if (!once) throw new Error('nothing came');
    expect(verify(last, once)).toEqual(once.event);
    for (const earlier of [secret, next]) expect(() => verify(earlier, once)).toThrow('No matching signature');
    expect(await rotate({ previousSecretValidForSeconds: 604_801 })).toMatchObject(
      refusedAt(['previousSecretValidForSeconds'], 'must be 0 to 604800'),
    );
    await change(brim, 'deleteWebhookEndpoint', { id }, 'deletedId');
  });

  it('gets a test event of any type at once, and one attempt of it', async () => {
    const { id, secret } = await createEndpoint(brim, receiver.url, ['CUSTOMER_CREATED']);
    const test = (type: string) =>
      change(brim, 'sendTestEvent', { endpointId: id, type }, 'delivery { id status customer { id } }');
    expect((await test('PAYMENT_DISPUTED')).delivery).toMatchObject({ customer: null });
    const [{ eventId }] = await untilDeliveries(brim, id, [{ status: 'SUCCEEDED', type: 'PAYMENT_DISPUTED', attempts: 1 }]);
    const received = receiver.received.find((one) => one.id === eventId);
    if (!received) throw new Error('nothing came');
    expect(verify(secret, received)).toMatchObject({ id: eventId, test: true, data: { dispute: { status: 'OPEN' } } });
    receiver.respond = failing;
    await test('BALANCE_LOW');
    await untilDeliveries(brim, id, [{ status: 'FAILED', attempts: 1, nextAttemptAt: null, responseStatus: 500 }, {}]);
    receiver.respond = ok;
    await change(brim, 'deleteWebhookEndpoint', { id }, 'deletedId');
  });

  it('can be sent a delivery again, under its id, whether it failed or not', async () => {
    const { id } = await createEndpoint(brim, receiver.url, ['CUSTOMER_CREATED']);
    const redeliver = (deliveryId: string) => change(brim, 'redeliver', { deliveryId }, 'delivery { id }');
    receiver.respond = failing;
    await createCustomer(brim, 'again');
    const [failed] = await untilDeliveries(brim, id, [{ status: 'RETRYING' }]);
    receiver.respond = ok;
    expect(await redeliver(failed.id)).toMatchObject({ delivery: { id: failed.id } });
    await untilDeliveries(brim, id, [{ id: failed.id, status: 'SUCCEEDED' }]);
    await redeliver(failed.id);
    await until(() => expect(receiver.typesOf('again').length).toBeGreaterThanOrEqual(3));
    const ofAgain = receiver.received.filter(({ body }) => body.includes('"again"'));
    expect(new Set(ofAgain.map((one) => one.id))).toEqual(new Set([failed.eventId]));

    await change(brim, 'updateWebhookEndpoint', { id, enabled: false }, 'endpoint { enabled }');
    expect(await redeliver(failed.id)).toMatchObject(refusedAt(['deliveryId'], 'must be of an endpoint that is enabled'));
    await change(brim, 'deleteWebhookEndpoint', { id }, 'deletedId');
    expect(await redeliver(failed.id)).toMatchObject({ __typename: 'WebhookDeliveryNotFoundError' });
  });

  it('shows its deliveries in pages, the newest first', async () => {
    const { id } = await createEndpoint(brim, receiver.url, ['CUSTOMER_CREATED']);
    for (const customerId of ['page_1', 'page_2', 'page_3']) await createCustomer(brim, customerId);
    await untilDeliveries(brim, id, [{ status: 'SUCCEEDED' }, { status: 'SUCCEEDED' }, { status: 'SUCCEEDED' }]);
    const names = async (args: string) => {
      const { deliveries } = await endpointOf(brim, id, args);
      return { ...deliveries.pageInfo, names: deliveries.nodes.map((node: { customer: { id: string } }) => node.customer.id) };
    };
    const first = await names('(first: 2)');
    expect(first).toMatchObject({ names: ['page_3', 'page_2'], hasNextPage: true });
    expect(await names(`(first: 2, after: "${first.endCursor}", status: SUCCEEDED)`)).toMatchObject({
      names: ['page_1'],
      hasNextPage: false,
    });
    expect(await names('(status: FAILED)')).toMatchObject({ names: [] });
    await change(brim, 'deleteWebhookEndpoint', { id }, 'deletedId');
  });
});
