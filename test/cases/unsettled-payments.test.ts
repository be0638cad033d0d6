import type pg from 'pg';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestBrim } from '../support/brim.ts';
import {
  askForTopUp,
  attachTopUp,
  balanceOf,
  cancelPurchase,
  deliver,
  eventOf,
  findPurchase,
  grant,
  openShop,
  pay,
  voidGrant,
} from '../support/shop.ts';
import { connect } from '../support/witness.ts';

const COMPLETED = 'checkout.session.completed';
const MONEY = `query ($id: ID!) { purchase(id: $id) {
  status failureReason charged { amount currency } refundable { amount }
  payments { status amount { amount currency } createdAt receiptUrl failureReason }
} }`;

describe('the payment of a page', () => {
  let brim: TestBrim;
  const lines: string[] = [];
  let sql: pg.Client;
  beforeAll(async () => {
    const log = pino({ level: 'error' }, { write: (line: string) => void lines.push(line) });
    brim = await openShop({ sandboxDelivery: 'held', log });
    sql = await connect(brim);
  });
  afterAll(async () => {
    await sql?.end();
    await brim?.close();
  });

  const moneyOf = async (id: string) => (await brim.data(MONEY, { id })).purchase;
  const accept = async (purchaseId: string) =>
    (
      await brim.data(
        `mutation ($input: AcceptPaymentInput!) { acceptPayment(input: $input) {
          __typename ... on AcceptPaymentSuccess { purchase { id status failureReason } balances { remaining } }
          ... on InvalidInputError { issues { path message } } ... on Error { message }
        } }`,
        { input: { purchaseId } },
      )
    ).acceptPayment;
  const errors = (purchaseId: string) => lines.filter((line) => line.includes(purchaseId)).length;

  /** A paid purchase of 100 for $10, changed behind Brim's back to have asked $12. */
  async function paidTooLittle(customerId: string) {
    const asked = await askForTopUp(brim, customerId);
    await sql.query('UPDATE purchase SET total = 12 WHERE id = $1', [asked.purchaseId]);
    await pay(asked.checkoutUrl);
    expect(await deliver(brim, await eventOf(brim, asked.checkoutUrl, COMPLETED), { times: 3 })).toEqual([200, 200, 200]);
    return asked;
  }

  it('is recorded once with the grants, however often and however many at once its event comes', async () => {
    const { purchaseId, checkoutUrl } = await askForTopUp(brim, 'paid_once');
    expect(await moneyOf(purchaseId)).toMatchObject({ charged: null, payments: [] });
    await pay(checkoutUrl);
    const event = await eventOf(brim, checkoutUrl, COMPLETED);
    await Promise.all([1, 2, 3, 4].map(() => deliver(brim, event, { times: 2 })));
    expect(await moneyOf(purchaseId)).toMatchObject({
      status: 'ACTIVE',
      charged: { amount: '10', currency: 'usd' },
      refundable: { amount: '10' },
      payments: [{ status: 'SUCCEEDED', amount: { amount: '10', currency: 'usd' }, failureReason: null }],
    });
    const { rows } = await sql.query(
      'SELECT source::text, charge_id, payment_account, payment_live FROM payment WHERE purchase_id = $1',
      [purchaseId],
    );
    expect(rows).toEqual([
      { source: 'CHECKOUT', charge_id: expect.stringMatching(/^pi_/), payment_account: 'acct_brimsandbox', payment_live: false },
    ]);
  });

  it('is shown where it is not what was asked: PENDING with what to do, one error in the log, no grant', async () => {
    const { purchaseId, checkoutUrl } = await paidTooLittle('too_little');
    expect(await findPurchase(brim, purchaseId)).toMatchObject({ status: 'PENDING', checkoutUrl: null, grants: [] });
    expect(await moneyOf(purchaseId)).toMatchObject({
      failureReason:
        '10 usd was paid where 12 usd was asked. Nothing was granted: acceptPayment grants it all the same, and refundPurchase gives the money back.',
      charged: null,
      refundable: { amount: '10' },
      payments: [{ status: 'SUCCEEDED', amount: { amount: '10' } }],
    });
    expect(errors(purchaseId)).toBe(1);
    expect(await cancelPurchase(brim, purchaseId)).toMatchObject({ issues: [{ path: ['purchaseId'] }] });
    const next = await attachTopUp(brim, 'too_little', '100');
    expect(next).not.toMatchObject({ purchaseId });
    expect(next).not.toMatchObject({ checkoutUrl });
  });

  it('that is not what was asked is granted once the app accepts it, and once only', async () => {
    const { purchaseId } = await paidTooLittle('accepted');
    const [first, second] = await Promise.all([accept(purchaseId), accept(purchaseId)]);
    expect([first, second]).toMatchObject([
      { purchase: { status: 'ACTIVE', failureReason: null } },
      { purchase: { status: 'ACTIVE', failureReason: null } },
    ]);
    expect(await accept(purchaseId)).toMatchObject({ purchase: { status: 'ACTIVE' }, balances: [{ remaining: '110' }] });
    expect(await moneyOf(purchaseId)).toMatchObject({ charged: { amount: '10' }, payments: [{ status: 'SUCCEEDED' }] });
  });

  it('cannot be accepted where there is none that waits for it', async () => {
    const { purchaseId } = await askForTopUp(brim, 'nothing_paid');
    expect(await accept(purchaseId)).toMatchObject({ issues: [{ path: ['purchaseId'] }] });
    expect(await accept('pur_unknown')).toMatchObject({ __typename: 'PurchaseNotFoundError' });
  });

  it('for a grant that no balance has room for is shown, not refused for ever, and granted once there is room', async () => {
    const { purchaseId, checkoutUrl } = await askForTopUp(brim, 'no_room');
    const most = '99999999999999999999999980';
    const { grant: large } = await grant(brim, { customerId: 'no_room', amount: most });
    await pay(checkoutUrl);
    expect(await deliver(brim, await eventOf(brim, checkoutUrl, COMPLETED), { times: 2 })).toEqual([200, 200]);
    expect(await moneyOf(purchaseId)).toMatchObject({
      status: 'PENDING',
      failureReason: expect.stringContaining('acceptPayment'),
      payments: [{ status: 'SUCCEEDED' }],
    });
    expect(await accept(purchaseId)).toMatchObject({ issues: [{ path: ['purchaseId'] }] });
    await voidGrant(brim, large.id);
    expect(await accept(purchaseId)).toMatchObject({ purchase: { status: 'ACTIVE' } });
    expect((await balanceOf(brim, 'no_room')).remaining).toBe('110');
  });
});
