import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { TestBrim } from '../support/brim.ts';
import { patience } from '../support/deadlines.ts';
import { sandboxOf } from '../support/shop/top-ups.ts';
import {
  answerPage,
  attach,
  balanceOf,
  buyRecurring,
  cancelPurchase,
  check,
  createCustomer,
  createFeature,
  findPurchase,
  grant,
  monthly,
  openShop,
  prepaid,
  seedAnd,
  track,
  untilRecurring,
  wanting,
} from '../support/shop.ts';
import { openSql, type Sql } from '../support/witness.ts';

const FEATURE = 'premium_messages';
let brim: TestBrim;
let sql: Sql;
beforeAll(async () => {
  brim = await openShop({
    catalogue: seedAnd({
      plans: [
        {
          ...{ id: 'freezing', addOn: true, onPaymentReturned: 'FREEZE' },
          items: [{ featureId: FEATURE, price: prepaid('10') }],
        },
        {
          ...{ id: 'forgiving', addOn: true, onPaymentReturned: 'FORGIVE' },
          items: [{ featureId: FEATURE, price: prepaid('10') }],
        },
        { id: 'monthly', addOn: true, items: [{ featureId: FEATURE, price: monthly('8') }] },
      ],
    }),
  });
  sql = await openSql(brim.databaseUrl);
  await createFeature(brim, 'gems');
});
afterAll(async () => {
  await sql?.close();
  await brim?.close();
});

/** A customer with the free 10 who bought 200 for $20 and used some. */
async function buyer(customerId: string, used: string, planId = 'top_up') {
  await createCustomer(brim, customerId);
  const { purchase, checkoutUrl } = await attach(brim, { customerId, planId, featureQuantities: wanting('200') });
  expect((await answerPage(checkoutUrl)).status).toBe(303);
  await vi.waitFor(async () => expect(await findPurchase(brim, purchase.id)).toMatchObject({ status: 'ACTIVE' }), {
    timeout: patience(10_000),
  });
  if (used !== '0') await track(brim, { customerId, value: used });
  const [row] = await sql.rows('SELECT charge_id FROM payment WHERE purchase_id = $1', [purchase.id]);
  return { purchaseId: String(purchase.id), intent: String(row?.['charge_id']) };
}

async function refund(input: Record<string, unknown>) {
  const { refundPurchase } = await brim.data(
    `mutation ($input: RefundPurchaseInput!) { refundPurchase(input: $input) {
      __typename
      ... on RefundPurchaseSuccess { replayed refund { id status amount { amount } reason } purchase { status refundable { amount } } balances { remaining } }
      ... on InvalidInputError { issues { path message } } ... on Error { message }
    } }`,
    { input },
  );
  return refundPurchase;
}

const usd = (amount: string) => ({ amount, currency: 'usd' });
const remains = async (customerId: string) => (await balanceOf(brim, customerId)).remaining;
const untilRemains = (customerId: string, remaining: string) =>
  vi.waitFor(async () => expect(await remains(customerId)).toBe(remaining), { timeout: patience(10_000), interval: 20 });

const RETURNS = `query ($id: ID!) { customer(id: $id) { ledger(first: 20) { nodes {
  kind amount payment { id } refund { status } dispute { status } purchase { id } } } } }`;

async function returnsOf(id: string) {
  const { customer } = await brim.data(RETURNS, { id });
  return customer.ledger.nodes.filter(({ kind }: { kind: string }) => kind === 'CLAWBACK' || kind === 'REINSTATEMENT');
}

describe('refundPurchase', () => {
  it('RF1: takes back half of what was bought for half of the money', async () => {
    const { purchaseId } = await buyer('half', '60');
    expect(await refund({ purchaseId, amount: usd('10'), reason: 'asked kindly' })).toMatchObject({
      __typename: 'RefundPurchaseSuccess',
      replayed: false,
      refund: { status: 'SUCCEEDED', amount: { amount: '10' }, reason: 'asked kindly' },
      purchase: { status: 'ACTIVE', refundable: { amount: '10' } },
      balances: [{ remaining: '50' }],
    });
    expect(await returnsOf('half')).toMatchObject([
      { kind: 'CLAWBACK', amount: '-100', refund: { status: 'SUCCEEDED' }, dispute: null, purchase: { id: purchaseId } },
    ]);
  });

  it('RF2: of all of it makes the purchase REFUNDED, and what was spent is owed', async () => {
    const { purchaseId } = await buyer('all', '190');
    expect(await refund({ purchaseId })).toMatchObject({
      purchase: { status: 'REFUNDED', refundable: { amount: '0' } },
      balances: [{ remaining: '-180' }],
    });
    expect(await refund({ purchaseId })).toMatchObject({ issues: [{ path: ['purchaseId'] }] });
  });

  it('of all of a recurring purchase makes it REFUNDED once it has ended, in either order', async () => {
    const ended = await buyRecurring(brim, 'ended_first', 'monthly', '100');
    await cancelPurchase(brim, ended.purchaseId, 'NOW');
    expect(await refund({ purchaseId: ended.purchaseId })).toMatchObject({ purchase: { status: 'REFUNDED' } });

    const refunded = await buyRecurring(brim, 'refunded_first', 'monthly', '100');
    expect(await refund({ purchaseId: refunded.purchaseId })).toMatchObject({ purchase: { status: 'ACTIVE' } });
    await cancelPurchase(brim, refunded.purchaseId, 'NOW');
    await brim.app.domain.purchases.returns.reconcileDueReturns();
    await untilRecurring(brim, refunded.purchaseId, { status: 'REFUNDED' });
    expect(await remains('refunded_first')).toBe(await remains('ended_first'));
  });

  it('RF2: takes only what is left where the plan forgives', async () => {
    const { purchaseId } = await buyer('forgiven', '190', 'forgiving');
    expect(await refund({ purchaseId })).toMatchObject({ purchase: { status: 'REFUNDED' }, balances: [{ remaining: '0' }] });
  });

  it('freezes what the customer has where the plan says so', async () => {
    const { purchaseId } = await buyer('frozen', '190', 'freezing');
    expect(await refund({ purchaseId })).toMatchObject({ balances: [{ remaining: '-180' }] });
    expect(await track(brim, { customerId: 'frozen', value: '1' })).toMatchObject({ applied: '0' });
    const asked = { customerId: 'frozen', featureId: FEATURE, required: '2' };
    expect(await check(brim, asked)).toMatchObject({ allowed: false, shortfall: '182' });
    await grant(brim, { customerId: 'frozen', featureId: 'gems', amount: '9' });
    expect(await check(brim, { ...asked, featureId: 'gems' })).toMatchObject({ allowed: false, shortfall: '2' });
    expect(await sql.rows(`SELECT frozen FROM account WHERE customer_id = 'frozen'`)).toEqual([{ frozen: [FEATURE] }]);
  });

  it('with a key is done once, and another input under the key is refused', async () => {
    const { purchaseId } = await buyer('keyed', '10');
    const input = { purchaseId, amount: usd('5'), idempotencyKey: 'refund-1' };
    const first = await refund(input);
    expect(await refund(input)).toMatchObject({ replayed: true, refund: { id: first.refund.id } });
    expect(await remains('keyed')).toBe('150');
    expect(await refund({ ...input, amount: usd('6') })).toMatchObject({ __typename: 'IdempotencyConflictError' });
  });

  it('refuses more than is left, another currency, nothing, and what was free or is not there', async () => {
    const { purchaseId } = await buyer('refused', '0');
    expect(await refund({ purchaseId, amount: usd('20.01') })).toMatchObject({ issues: [{ path: ['amount', 'amount'] }] });
    expect(await refund({ purchaseId, amount: usd('0') })).toMatchObject({ issues: [{ path: ['amount', 'amount'] }] });
    const euros = { amount: '1', currency: 'eur' };
    expect(await refund({ purchaseId, amount: euros })).toMatchObject({ issues: [{ path: ['amount', 'currency'] }] });
    const [free] = await sql.rows(`SELECT id FROM purchase WHERE customer_id = 'refused' AND plan_id = 'free'`);
    expect(await refund({ purchaseId: free?.['id'] })).toMatchObject({ issues: [{ path: ['purchaseId'] }] });
    expect(await refund({ purchaseId: 'pu_none' })).toMatchObject({ __typename: 'PurchaseNotFoundError' });
    expect(await remains('refused')).toBe('210');
  });
});

describe('a refund in the dashboard', () => {
  it('takes back in two parts, and gives back where it fails', async () => {
    const { intent, purchaseId } = await buyer('dashboard', '0');
    const { charges, refunds } = sandboxOf(brim);
    await charges.refund(intent, { amount: 500 });
    await untilRemains('dashboard', '160');
    const second = await charges.refund(intent, { amount: 1_500 });
    await untilRemains('dashboard', '10');
    expect(await findPurchase(brim, purchaseId)).toMatchObject({ status: 'REFUNDED' });
    await refunds.fail(second.id);
    await untilRemains('dashboard', '160');
    expect(await findPurchase(brim, purchaseId)).toMatchObject({ status: 'ACTIVE' });
  });
});

describe('a dispute', () => {
  it('RF3: takes back what the bank holds, and gives it again once it is won', async () => {
    const { intent, purchaseId } = await buyer('won', '0');
    const { disputes } = sandboxOf(brim);
    const { id } = await disputes.open(intent);
    await untilRemains('won', '10');
    expect(await findPurchase(brim, purchaseId)).toMatchObject({ status: 'REFUNDED' });
    expect(await refund({ purchaseId })).toMatchObject({ __typename: 'InvalidInputError' });
    await disputes.close(id, 'won');
    await untilRemains('won', '210');
    expect(await findPurchase(brim, purchaseId)).toMatchObject({ status: 'ACTIVE' });
    expect(await returnsOf('won')).toMatchObject([
      { kind: 'REINSTATEMENT', amount: '200', dispute: { status: 'WON' }, refund: null },
      { kind: 'CLAWBACK', amount: '-200', dispute: { status: 'WON' } },
    ]);
  });

  it('RF3: that is lost stays taken, and after a refund nothing is taken twice', async () => {
    const { intent, purchaseId } = await buyer('lost', '0');
    const { disputes } = sandboxOf(brim);
    expect(await refund({ purchaseId, amount: usd('15') })).toMatchObject({ balances: [{ remaining: '60' }] });
    const { id } = await disputes.open(intent, { amount: 2_000 });
    await untilRemains('lost', '10');
    await disputes.close(id, 'lost');
    await vi.waitFor(
      async () =>
        expect(
          await sql.rows(`SELECT d.status FROM dispute d JOIN payment p ON p.id = d.payment_id WHERE p.purchase_id = $1`, [
            purchaseId,
          ]),
        ).toEqual([{ status: 'LOST' }]),
      { timeout: patience(10_000) },
    );
    expect(await remains('lost')).toBe('10');
  });

  it('that Radar blocks before it is paid is noted, on the payment that comes of it', async () => {
    await createCustomer(brim, 'risky');
    const { purchase, checkoutUrl } = await attach(brim, {
      ...{ customerId: 'risky', planId: 'top_up', featureQuantities: wanting('100') },
    });
    expect((await answerPage(checkoutUrl, 'pay', { card: '4100000000000019' })).status).toBe(402);
    const payments = async () =>
      (
        await brim.data('query ($id: ID!) { purchase(id: $id) { status payments { status fraudWarning amount { amount } } } }', {
          id: purchase.id,
        })
      ).purchase;
    const blocked = { fraudWarning: 'blocked: highest risk level', amount: { amount: '10' } };
    await vi.waitFor(
      async () => expect(await payments()).toEqual({ status: 'PENDING', payments: [{ ...blocked, status: 'FAILED' }] }),
      { timeout: patience(10_000) },
    );
    expect((await answerPage(checkoutUrl)).status).toBe(303);
    await vi.waitFor(
      async () => expect(await payments()).toEqual({ status: 'ACTIVE', payments: [{ ...blocked, status: 'SUCCEEDED' }] }),
      { timeout: patience(10_000) },
    );
    expect(await remains('risky')).toBe('110');
  });

  it('that is an inquiry, and a warning of fraud, take nothing; the warning is noted', async () => {
    const { intent, purchaseId } = await buyer('asked', '0');
    await sandboxOf(brim).disputes.open(intent, { status: 'warning_needs_response' });
    await sandboxOf(brim).warnOfFraud(intent);
    const read = async () =>
      (
        await brim.data(
          'query ($id: ID!) { purchase(id: $id) { payments { fraudWarning disputes { status withdrawn { amount } } } } }',
          { id: purchaseId },
        )
      ).purchase;
    await vi.waitFor(
      async () =>
        expect(await read()).toMatchObject({
          payments: [{ fraudWarning: expect.any(String), disputes: [{ status: 'OPEN', withdrawn: { amount: '0' } }] }],
        }),
      { timeout: patience(10_000) },
    );
    expect(await remains('asked')).toBe('210');
  });
});
