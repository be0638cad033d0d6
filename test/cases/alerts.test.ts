import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { payloadOf } from '../../src/webhooks/model/payloads.ts';
import { TRANSPORTS } from '../feed/transports.ts';
import { openBrim, type TestBrim, take } from '../support/brim.ts';
import { createCustomer, createCustomerToken, createFeature, grant, openShop, placeHold, track } from '../support/shop.ts';
import { createEndpoint, openReceiver, type Receiver } from '../support/webhook-receiver.ts';
import { openSql, type Sql, until } from '../support/witness.ts';

const SET = `mutation ($input: SetBalanceAlertInput!) { setBalanceAlert(input: $input) {
  __typename
  ... on SetBalanceAlertSuccess { balanceAlert { id below belowPercentage triggered customer { id } feature { id } } }
  ... on InvalidInputError { issues { path message } }
} }`;
const REMOVE = `mutation ($id: ID!) { removeBalanceAlert(input: { id: $id }) {
  __typename ... on RemoveBalanceAlertSuccess { removedId } ... on BalanceAlertNotFoundError { alertId }
} }`;
const CHANGES = `subscription ($customerId: ID!, $after: SafeInt) { balanceChanged(customerId: $customerId, after: $after) {
  sequence alerts { below belowPercentage triggered }
} }`;

let brim: TestBrim;
let sql: Sql;
let receiver: Receiver;

beforeAll(async () => {
  [brim, receiver] = await Promise.all([openShop(), openReceiver()]);
  sql = await openSql(brim.databaseUrl);
  await createEndpoint(brim, receiver.url, ['BALANCE_LOW']);
});
afterAll(async () => {
  await sql.close();
  await brim.close();
  await receiver.close();
});

const set = async (input: Record<string, unknown>) => (await brim.data(SET, { input })).setBalanceAlert;
let features = 0;
/** A feature of its own, so that no test's alerts for all customers are seen by another. */
async function newFeature(): Promise<string> {
  features += 1;
  await createFeature(brim, `words-${features}`);
  return `words-${features}`;
}
/** A customer with 100 of the feature, by its second entry. */
async function customerWith100(id: string, featureId: string): Promise<string> {
  await createCustomer(brim, id);
  await grant(brim, { customerId: id, featureId, amount: '100' });
  return id;
}
/** "sequence: limits" of each entry that triggered something. */
const triggersOf = async (customerId: string) =>
  (
    await sql.rows<{ text: string }>(
      `SELECT t.sequence || ': ' || string_agg(coalesce(trim_scale(a.below)::text, a.below_percentage || '%'), ' ' ORDER BY a.position) AS text
       FROM alert_trigger t JOIN balance_alert a ON a.id = t.alert_id WHERE t.customer_id = $1 GROUP BY t.sequence ORDER BY t.sequence`,
      [customerId],
    )
  ).map(({ text }) => text);

describe('an alert', () => {
  it('for all customers is triggered once for each fall, by uses, holds and corrections alike', async () => {
    const featureId = await newFeature();
    await set({ featureId, below: '50' });
    await set({ featureId, belowPercentage: 20 });
    const [ada, bob] = [await customerWith100('ada', featureId), await customerWith100('bob', featureId)];
    await track(brim, { customerId: ada, featureId, value: '50' });
    await track(brim, { customerId: ada, featureId, value: '1' });
    await track(brim, { customerId: ada, featureId, value: '1' });
    await grant(brim, { customerId: ada, featureId, amount: '1' });
    await placeHold(brim, { customerId: ada, featureId, amount: '30' });
    await track(brim, { customerId: bob, featureId, value: '90' });
    expect(await triggersOf(ada)).toEqual(['4: 50', '7: 20%']);
    expect(await triggersOf(bob)).toEqual(['3: 50 20%']);
  });

  it('of one customer concerns no other, and one of another feature nobody', async () => {
    const [featureId, other] = [await newFeature(), await newFeature()];
    const [cleo, dora] = [await customerWith100('cleo', featureId), await customerWith100('dora', featureId)];
    const answer = await set({ customerId: cleo, featureId, below: '50' });
    expect(answer.balanceAlert).toMatchObject({ below: '50', belowPercentage: null, triggered: false, customer: { id: cleo } });
    await set({ featureId: other, below: '99' });
    for (const customerId of [cleo, dora]) await track(brim, { customerId, featureId, value: '60' });
    expect([await triggersOf(cleo), await triggersOf(dora)]).toEqual([['3: 50'], []]);
  });

  it('that is set while the balance is below waits for the next fall, and a removed one for none', async () => {
    const featureId = await newFeature();
    const customerId = await customerWith100('eve', featureId);
    await track(brim, { customerId, featureId, value: '90' });
    const { balanceAlert } = await set({ customerId, featureId, below: '50' });
    expect(balanceAlert.triggered).toBe(true);
    await track(brim, { customerId, featureId, value: '1' });
    await grant(brim, { customerId, featureId, amount: '91' });
    await track(brim, { customerId, featureId, value: '90' });
    expect(await triggersOf(customerId)).toEqual(['6: 50']);
    await grant(brim, { customerId, featureId, amount: '90' });
    expect((await brim.data(REMOVE, { id: balanceAlert.id })).removeBalanceAlert).toMatchObject({ removedId: balanceAlert.id });
    await track(brim, { customerId, featureId, value: '90' });
    expect(await sql.rows('SELECT sequence::int FROM alert_trigger WHERE customer_id = $1', [customerId])).toEqual([
      { sequence: 6 },
    ]);
    expect((await brim.data(REMOVE, { id: balanceAlert.id })).removeBalanceAlert).toEqual({
      __typename: 'BalanceAlertNotFoundError',
      alertId: balanceAlert.id,
    });
  });

  it('is triggered once, whatever uses at once, and however often they are sent again', async () => {
    const featureId = await newFeature();
    await set({ featureId, belowPercentage: 50 });
    const customerId = await customerWith100('finn', featureId);
    await Promise.all(
      Array.from({ length: 200 }, (_, index) =>
        track(brim, { customerId, featureId, idempotencyKey: `use-${index % 100}`, onShortfall: 'REJECT' }),
      ),
    );
    expect(await triggersOf(customerId)).toEqual(['53: 50%']);
  });

  it('that another process sets is known within a second', async () => {
    const other = await openBrim({ databaseUrl: brim.databaseUrl });
    try {
      const featureId = await newFeature();
      const customerId = await customerWith100('gus', featureId);
      await other.data(SET, { input: { featureId, below: '100' } });
      await until(async () => {
        await track(brim, { customerId, featureId });
        await grant(brim, { customerId, featureId, amount: '1' });
        expect(await triggersOf(customerId)).not.toEqual([]);
      });
    } finally {
      await other.close();
    }
  });
});

it.each(TRANSPORTS)('an entry is pushed over %s with the alerts that it triggered', async (transport, open) => {
  const featureId = await newFeature();
  await set({ featureId, below: '50' });
  const customerId = await customerWith100(`pushed-${transport}`, featureId);
  const credential = await createCustomerToken(brim, customerId);
  const messages = open(brim, CHANGES, { variables: { customerId, after: 2 }, credential });
  await track(brim, { customerId, featureId, value: '49' });
  await track(brim, { customerId, featureId, value: '49' });
  await track(brim, { customerId, featureId });
  const alert = { below: '50', belowPercentage: null, triggered: true };
  expect((await take(messages, 3)).map(({ balanceChanged }) => balanceChanged)).toEqual([
    { sequence: 3, alerts: [] },
    { sequence: 4, alerts: [alert] },
    { sequence: 5, alerts: [] },
  ]);
  await messages.return();
});

it('the app is told by BALANCE_LOW, once for each alert and fall, with the balance as the entry left it', async () => {
  const featureId = await newFeature();
  const { balanceAlert } = await set({ featureId, belowPercentage: 50 });
  const customerId = await customerWith100('hal', featureId);
  await track(brim, { customerId, featureId, value: '60', onShortfall: 'REJECT' });
  await track(brim, { customerId, featureId, value: '60', onShortfall: 'REJECT' });
  await track(brim, { customerId, featureId });
  const come = () => receiver.received.map(({ event }) => event).filter(({ data }) => JSON.stringify(data).includes('"hal"'));
  await until(() => expect(come()).toHaveLength(1));
  const [event] = come();
  expect(payloadOf('BALANCE_LOW').parse(event)).toMatchObject({
    data: {
      balance: { customerId, featureId, remaining: '40', granted: '100', version: 3 },
      entry: { kind: 'USAGE', amount: '-60', sequence: 3 },
      alert: { id: balanceAlert.id, below: null, belowPercentage: 50 },
    },
  });
});

describe('setting an alert', () => {
  it('twice sets one, and lists show whose it is', async () => {
    const featureId = await newFeature();
    const customerId = await customerWith100('ivy', featureId);
    const first = await set({ customerId, featureId, below: '10.50' });
    expect((await set({ customerId, featureId, below: 10.5 })).balanceAlert.id).toBe(first.balanceAlert.id);
    const forAll = await set({ featureId, below: '101' });
    const ids = [first.balanceAlert.id, forAll.balanceAlert.id];
    const { customer, balanceAlerts } = await brim.data(
      `{ customer(id: "ivy") { balanceAlerts { id triggered customer { id } } } balanceAlerts { id triggered customer { id } } }`,
    );
    expect(customer.balanceAlerts.filter(({ id }: { id: string }) => ids.includes(id))).toEqual([
      { id: ids[0], triggered: false, customer: { id: 'ivy' } },
      { id: ids[1], triggered: true, customer: null },
    ]);
    expect(balanceAlerts.filter(({ id }: { id: string }) => ids.includes(id))).toEqual([
      { id: ids[1], triggered: false, customer: null },
    ]);
  });

  it.each([
    ['both limits', { below: '1', belowPercentage: 1 }, ['belowPercentage'], 'must be left out where below is given'],
    ['no limit', {}, ['below'], 'must be given, or belowPercentage'],
    ['a negative amount', { below: '-1' }, ['below'], 'must not be negative'],
    ['more than 100%', { belowPercentage: 101 }, ['belowPercentage'], 'must be 1 to 100'],
    ['0%', { belowPercentage: 0 }, ['belowPercentage'], 'must be 1 to 100'],
    ['a boolean feature', { below: '1', featureId: 'seats' }, ['featureId'], 'is a boolean feature: it has no balance'],
  ])('is refused with %s', async (_, input, path, message) => {
    await createFeature(brim, { id: 'seats', type: 'BOOLEAN' }).catch(() => undefined);
    const before = await sql.rows('SELECT count(*) FROM balance_alert');
    expect(await set({ featureId: 'premium_messages', ...input })).toEqual({
      __typename: 'InvalidInputError',
      issues: [{ path, message }],
    });
    expect(await sql.rows('SELECT count(*) FROM balance_alert')).toEqual(before);
  });

  it('is refused for nobody, for nothing, and above 50 of a customer', async () => {
    expect(await set({ featureId: 'premium_messages', below: '1', customerId: 'nobody' })).toEqual({
      __typename: 'CustomerNotFoundError',
    });
    expect(await set({ featureId: 'nothing', below: '1' })).toEqual({ __typename: 'FeatureNotFoundError' });
    const featureId = await newFeature();
    const customerId = await customerWith100('jo', featureId);
    const answers = await Promise.all(
      Array.from({ length: 55 }, (_, below) => set({ customerId, featureId, below: String(below) })),
    );
    expect(answers.filter(({ __typename }) => __typename === 'SetBalanceAlertSuccess')).toHaveLength(50);
    expect(answers.find(({ issues }) => issues).issues).toEqual([
      { path: [], message: 'there are 50 alerts already: remove one first' },
    ]);
  });
});
