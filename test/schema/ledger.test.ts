/** The ledger of all customers, for the app's server. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestBrim } from '../support/brim.ts';
import { advanceClock, createCustomer, createCustomerToken, grant, MESSAGES, openShop, track } from '../support/shop.ts';

let brim: TestBrim;
const CUSTOMERS = ['ann', 'bob', 'cid'];

beforeAll(async () => {
  brim = await openShop({ config: { testClocks: true } });
  for (const id of CUSTOMERS) await createCustomer(brim, id);
  for (let minute = 0; minute < 3; minute += 1) {
    await Promise.all(CUSTOMERS.map((customerId) => track(brim, { customerId })));
    await grant(brim, { customerId: 'bob', amount: '3' });
    await advanceClock(brim, { by: { unit: 'MINUTE' } });
  }
});
afterAll(() => brim.close());

interface Entry {
  readonly id: string;
  readonly kind: string;
  readonly recordedAt: string;
}

const FIELDS = '{ nodes { id kind recordedAt } edges { cursor } pageInfo { hasNextPage endCursor } }';
const ask = async (args: string) => (await brim.data(`{ ledger(${args}) ${FIELDS} }`)).ledger;
const entriesOf = async (args: string): Promise<readonly Entry[]> => (await ask(args)).nodes;
const ofCustomer = async (id: string, args: string): Promise<readonly Entry[]> =>
  (await brim.data(`{ customer(id: "${id}") { ledger(${args}) ${FIELDS} } }`)).customer.ledger.nodes;
const sequenceOf = ({ id }: Entry) => Number(id.split(':')[1]);

async function walk(args: string): Promise<readonly Entry[]> {
  const walked: Entry[] = [];
  for (let after = ''; ; ) {
    const { nodes, edges, pageInfo } = await ask(`${args} ${after}`);
    walked.push(...nodes);
    expect(pageInfo.endCursor).toBe(edges.at(-1)?.cursor ?? null);
    if (!pageInfo.hasNextPage) return walked;
    after = `after: "${pageInfo.endCursor}"`;
  }
}

describe('the ledger of all customers', () => {
  it('has every entry once, and those of a customer in their order, in pages of any size', async () => {
    const whole = await entriesOf('first: 100');
    expect(whole).toHaveLength(CUSTOMERS.length * 4 + 3);
    for (const id of CUSTOMERS)
      expect(whole.filter((entry) => entry.id.startsWith(`${id}:`))).toEqual(await ofCustomer(id, 'first: 100'));
    for (const first of [1, 4]) expect(await walk(`first: ${first}`)).toEqual(whole);
  });

  it('goes on where it was, although entries are added meanwhile', async () => {
    const whole = await entriesOf('first: 100');
    const { nodes, pageInfo } = await ask('first: 5');
    await track(brim, { customerId: 'ann' });
    expect([...nodes, ...(await entriesOf(`first: 100 after: "${pageInfo.endCursor}"`))]).toEqual(whole);
    expect(await entriesOf('first: 100')).toHaveLength(whole.length + 1);
  });

  it('is limited to kinds other than uses, and to a stretch of time', async () => {
    const whole = await entriesOf('first: 100');
    const grants = whole.filter(({ kind }) => kind === 'GRANT');
    expect(await entriesOf('first: 100 kinds: [GRANT, VOID, GRANT]')).toEqual(grants);
    expect(await walk('first: 2 kinds: [RESET, GRANT]')).toEqual(grants);
    expect(await entriesOf('kinds: []')).toEqual([]);
    for (const from of new Set(whole.map(({ recordedAt }) => recordedAt))) {
      const since = whole.filter(({ recordedAt }) => recordedAt >= from);
      expect(await entriesOf(`first: 100 from: "${from}"`)).toEqual(since);
      expect(await walk(`first: 3 to: "${from}"`)).toEqual(whole.filter((entry) => !since.includes(entry)));
      expect(await entriesOf(`kinds: GRANT from: "${from}"`)).toEqual(since.filter(({ kind }) => kind === 'GRANT'));
    }
  });

  it('is that of one customer, with all filters, where the customer is named', async () => {
    for (const args of ['', 'kinds: [USAGE]', `featureId: "${MESSAGES}" kinds: [GRANT, USAGE]`, 'first: 2'])
      expect(await entriesOf(`customerId: "bob" ${args}`)).toEqual(
        await ofCustomer('bob', `first: 20 ${args}`.replace(/first: 20 (first)/, '$1')),
      );
    expect((await walk('customerId: "bob" first: 3')).map(sequenceOf)).toEqual([7, 6, 5, 4, 3, 2, 1]);
    expect(await entriesOf('customerId: "nobody"')).toEqual([]);
    expect(await entriesOf('customerId: "a\\u0000"')).toEqual([]);
  });

  it.each([
    ['featureId: "x"', 'featureId: must be left out without customerId'],
    ['kinds: [GRANT, USAGE]', 'kinds: must not contain USAGE, HOLD, SETTLE, RELEASE without customerId'],
    ['kinds: RELEASE', 'kinds: must not contain USAGE, HOLD, SETTLE, RELEASE without customerId'],
    ['from: "2026-01-02T00:00:00Z" to: "2026-01-01T00:00:00Z"', 'to: must be after from'],
    ['first: 101', 'first: must be 1 to 100'],
    ['after: "nonsense"', expect.stringMatching(/^after: must be a cursor/)],
  ])('refuses %s, and names the argument', async (args, message) => {
    const { data, errors } = await brim.query(`{ ledger(${args}) { nodes { id } } }`);
    expect(data).toEqual({ ledger: null });
    expect(errors).toMatchObject([{ message, extensions: { code: 'INVALID_INPUT' } }]);
  });

  it('takes no cursor of a customer’s ledger, and gives none to it', async () => {
    const [all, one] = [await ask('first: 1'), await ask('first: 1 customerId: "bob"')];
    for (const args of [`after: "${one.pageInfo.endCursor}"`, `customerId: "bob" after: "${all.pageInfo.endCursor}"`])
      expect((await brim.query(`{ ledger(${args}) { nodes { id } } }`)).errors).toMatchObject([
        { message: expect.stringMatching(/^after: must be a cursor/) },
      ]);
  });

  it('is no business of a customer', async () => {
    const token = await createCustomerToken(brim, 'bob');
    for (const args of ['first: 1', 'customerId: "bob"']) {
      const { errors } = await brim.query(`{ ledger(${args}) { nodes { id } } }`, {}, token);
      expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    }
  });
});
