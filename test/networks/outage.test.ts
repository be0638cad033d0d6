import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { overSocket, TRANSPORTS } from '../feed/transports.ts';
import { openBrim, type TestBrim, take } from '../support/brim.ts';
import { runOn } from '../support/database-url.ts';
import { patience } from '../support/deadlines.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';
import { openPostgresProxy, type PostgresProxy } from '../support/postgres-proxy.ts';
import { answerPage, attach, CHANGES, createCustomer, MESSAGES, openShop, track } from '../support/shop.ts';

let database: FreshDatabase;
let proxy: PostgresProxy;
/** Reaches its database through the proxy. */
let brim: TestBrim;
/** Another process, which the outage does not touch. */
let other: TestBrim;

beforeEach(async () => {
  database = await freshDatabase();
  proxy = await openPostgresProxy(database.url);
  brim = await openBrim({ databaseUrl: proxy.url });
  other = await openShop({ databaseUrl: database.url });
  await createCustomer(other, 'ada');
});
afterEach(async () => {
  proxy.mend();
  await Promise.all([brim.close(), other.close()]);
  await proxy.close();
  await database.drop();
});

/** Tries until the app has connected again. */
const trackAgain = () =>
  vi.waitFor(async () => expect(await track(brim, { customerId: 'ada' })).toMatchObject({ applied: '1' }), {
    timeout: patience(10_000),
  });

describe.each(TRANSPORTS)('a subscriber over %s', (_transport, open) => {
  it('survives pg_terminate_backend of all the app’s connections', async () => {
    const messages = open(brim, CHANGES, { variables: { customerId: 'ada' } });
    await take(messages, 1);
    await runOn(
      database.url,
      'SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
    );
    await trackAgain();
    const [{ balanceChanged }] = await take(messages, 1);
    expect(balanceChanged).toMatchObject({ cause: 'LEDGER', sequence: 2, balance: { remaining: '9' } });
    await messages.return();
  });

  it('survives a database outage, and then gets what others wrote meanwhile', async () => {
    const messages = open(brim, CHANGES, { variables: { customerId: 'ada' } });
    await take(messages, 1);
    proxy.cut();
    const use = `mutation { track(input: { customerId: "ada", featureId: "${MESSAGES}" }) { __typename } }`;
    expect(await brim.query(use)).toMatchObject({ errors: [{ extensions: { code: 'UNAVAILABLE', retryable: true } }] });
    for (let sequence = 2; sequence <= 5; sequence += 1) await track(other, { customerId: 'ada' });
    proxy.mend();
    await trackAgain();
    expect((await take(messages, 5)).map(({ balanceChanged }) => balanceChanged.sequence)).toEqual([2, 3, 4, 5, 6]);
    await messages.return();
  });

  it('gets what others wrote while its process could not listen', async () => {
    const messages = open(brim, CHANGES, { variables: { customerId: 'ada' } });
    await take(messages, 1);
    proxy.cut('brim feed');
    for (let sequence = 2; sequence <= 5; sequence += 1) await track(other, { customerId: 'ada' });
    proxy.mend();
    expect((await take(messages, 4)).map(({ balanceChanged }) => balanceChanged.sequence)).toEqual([2, 3, 4, 5]);
    await messages.return();
  });
});

describe('a subscriber to a purchase', () => {
  it('gets a revision that was written while its process could not listen', async () => {
    const { purchase } = await attach(other, {
      customerId: 'ada',
      planId: 'top_up',
      featureQuantities: [{ featureId: MESSAGES, quantity: '100' }],
    });
    const messages = overSocket(brim, `subscription { purchaseChanged(purchaseId: "${purchase.id}") { status revision } }`);
    await take(messages, 1);
    proxy.cut('brim feed');
    await answerPage(purchase.checkoutUrl);
    proxy.mend();
    expect(await take(messages, 1)).toEqual([{ purchaseChanged: { status: 'ACTIVE', revision: 2 } }]);
    await messages.return();
  });
});
