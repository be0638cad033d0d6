import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { subscribe, type TestBrim, take } from '../support/brim.ts';
import { answerPage, attach, createCustomer, grant, MESSAGES, openShop, track, wanting } from '../support/shop.ts';

/** All that a balance says of itself. */
const NUMBERS = 'remaining granted usage held version';

describe('one number, one version', () => {
  let brim: TestBrim;

  beforeAll(async () => {
    brim = await openShop();
  });
  afterAll(() => brim.close());

  it('two aliased tracks in one document show two numbers, in the document’s order', async () => {
    await createCustomer(brim, 'aliases');
    const selection = `... on TrackSuccess { entry { sequence } balance { ${NUMBERS} } balances { remaining } }`;
    const input = `{ customerId: "aliases", featureId: "${MESSAGES}" }`;
    const { one, two, three } = await brim.data(
      `mutation { one: track(input: ${input}) { ${selection} } two: track(input: ${input}) { ${selection} } three: track(input: ${input}) { ${selection} } }`,
    );
    const seen = [one, two, three].map(({ entry, balance, balances }) => [
      entry.sequence,
      balance.version,
      balance.remaining,
      balances,
    ]);
    expect(seen).toEqual([
      [2, 2, '9', [{ remaining: '9' }]],
      [3, 3, '8', [{ remaining: '8' }]],
      [4, 4, '7', [{ remaining: '7' }]],
    ]);
  });

  it('two aliased batches and a grant in one document, too', async () => {
    await createCustomer(brim, 'documents');
    const events = `[{ customerId: "documents", featureId: "${MESSAGES}", value: 2 }]`;
    const batch = `trackBatch(input: { events: ${events} }) { ... on TrackBatchSuccess { results { ... on TrackSuccess { balance { remaining } } } } }`;
    const { one, two, gift } = await brim.data(
      `mutation { one: ${batch} gift: grantBalance(input: { customerId: "documents", featureId: "${MESSAGES}", amount: 5 }) { ... on GrantBalanceSuccess { balance { remaining } } } two: ${batch} }`,
    );
    expect([one.results[0].balance, gift.balance, two.results[0].balance]).toEqual([
      { remaining: '8' },
      { remaining: '13' },
      { remaining: '11' },
    ]);
  });

  it('the answer, the query, the push and the ledger say the same of each version', async () => {
    await createCustomer(brim, 'agree');
    const changes = subscribe(
      brim.socket(),
      `subscription { balanceChanged(customerId: "agree") { sequence balance { ${NUMBERS} } entry { id sequence kind amount remainingBefore remainingAfter } } }`,
    );
    await take(changes, 1);

    const answers = [
      (await track(brim, { customerId: 'agree', value: '2.5' })).balance,
      (await grant(brim, { customerId: 'agree', amount: '0.000000000001' })).balance,
      ...(await Promise.all([1, 2, 3].map((value) => track(brim, { customerId: 'agree', value })))).map(({ balance }) => balance),
      (await track(brim, { customerId: 'agree', value: '4', onShortfall: 'OVERDRAW' })).balance,
    ];
    const { checkoutUrl } = await attach(brim, { customerId: 'agree', planId: 'top_up', featureQuantities: wanting('100') });
    await answerPage(checkoutUrl);

    const pushed = (await take(changes, 7)).map(({ balanceChanged }) => balanceChanged);
    await changes.return();
    const { customer } = await brim.data(
      `{ customer(id: "agree") { sequence balance(featureId: "${MESSAGES}") { ${NUMBERS} } balances { ${NUMBERS} }
        ledger { nodes { id sequence kind amount remainingBefore remainingAfter } } } }`,
    );

    // The pushes are the versions, each once and in order, and each is its entry's number.
    expect(pushed.map(({ sequence }) => sequence)).toEqual([2, 3, 4, 5, 6, 7, 8]);
    for (const { sequence, balance, entry } of pushed) {
      expect([balance.version, entry.sequence, entry.remainingAfter]).toEqual([sequence, sequence, balance.remaining]);
    }
    // Each answer is the push of its version.
    for (const answer of answers) {
      expect(pushed.find(({ sequence }) => sequence === answer.version).balance).toMatchObject(answer);
    }
    // The query is the newest push, and the ledger is all of them.
    expect(customer.sequence).toBe(8);
    expect(customer.balance).toEqual(pushed.at(-1).balance);
    expect(customer.balances).toEqual([customer.balance]);
    expect(customer.ledger.nodes.slice(0, -1).reverse()).toEqual(pushed.map(({ entry }) => entry));
    expect(customer.balance).toMatchObject({ remaining: '97.500000000001', version: 8 });
  });
});
