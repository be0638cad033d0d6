import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSandboxFixture, type SandboxFixture, SECRET_KEY, thrownBy } from './fixture.ts';

let fixture: SandboxFixture;
beforeAll(async () => {
  fixture = await openSandboxFixture();
});
afterAll(() => fixture.close());

/** A new charge of $20. */
async function paid(method = 'pm_card_visa') {
  const intent = await fixture.stripe.paymentIntents.create({
    amount: 2_000,
    currency: 'usd',
    payment_method: method,
    confirm: true,
    off_session: true,
    metadata: { brim_purchase_id: 'pu_1' },
  });
  const about = { payment_intent: intent.id };
  const charge = async () => {
    const [found] = (await fixture.stripe.charges.list(about)).data;
    if (found === undefined) throw new Error('There is no charge.');
    return found;
  };
  return { id: intent.id, about, charge };
}
async function newestEvents(count: number): Promise<readonly string[]> {
  const { data } = await fixture.stripe.events.list({ limit: count });
  return data.map(({ type }) => type).reverse();
}
const refunds = () => fixture.stripe.refunds;
const control = () => fixture.sandbox;

describe('refunds', () => {
  test('in parts add up on the charge, until nothing is left', async () => {
    const { id, about, charge } = await paid();
    const first = await refunds().create(
      { payment_intent: id, amount: 500, metadata: { brim_refund_id: 'ref_1' } },
      { idempotencyKey: 'refund-1' },
    );
    expect(first).toMatchObject({ status: 'succeeded', amount: 500, payment_intent: id, metadata: { brim_refund_id: 'ref_1' } });
    expect(await charge()).toMatchObject({ amount_refunded: 500, refunded: false });
    expect(await newestEvents(2)).toEqual(['charge.refunded', 'refund.created']);
    expect(await thrownBy(refunds().create({ payment_intent: id, amount: 1_501 }))).toMatchObject({
      statusCode: 400,
      param: 'amount',
      message: expect.stringContaining('greater than unrefunded amount'),
    });
    const second = await refunds().create({ charge: (await charge()).id, reason: 'requested_by_customer' });
    expect(second).toMatchObject({ amount: 1_500, reason: 'requested_by_customer' });
    expect(await charge()).toMatchObject({ amount_refunded: 2_000, refunded: true });
    expect((await thrownBy(refunds().create(about))).code).toBe('charge_already_refunded');
    expect((await refunds().list(about)).data).toEqual([second, first]);
    expect(await refunds().retrieve(first.id)).toEqual(first);
    const page = await fetch((await charge()).receipt_url ?? '');
    expect(await page.text()).toContain('Refunded');
  });

  test('of the Dashboard name nothing, may be pending, and arrive later', async () => {
    const { id } = await paid();
    const { id: refundId, ...pending } = await control().charges.refund(id, { amount: 100, status: 'pending' });
    expect(pending).toMatchObject({ status: 'pending', pending_reason: 'processing', metadata: {} });
    expect((await control().refunds.succeed(refundId)).status).toBe('succeeded');
    expect(await newestEvents(1)).toEqual(['refund.updated']);
  });

  test('fail after they succeeded, and can then be made again', async () => {
    const { id, charge } = await paid();
    const refund = await refunds().create({ payment_intent: id });
    expect(await control().refunds.fail(refund.id)).toMatchObject({ status: 'failed', failure_reason: expect.any(String) });
    expect(await newestEvents(2)).toEqual(['refund.updated', 'refund.failed']);
    expect(await charge()).toMatchObject({ amount_refunded: 0, refunded: false });
    expect((await refunds().create({ payment_intent: id })).amount).toBe(2_000);
    await expect(control().refunds.fail(refund.id)).rejects.toThrow('is failed, not pending or succeeded');
  });

  test.each([
    ['pm_card_pendingRefund', 'pending', 'pending'],
    ['pm_card_refundFail', 'succeeded', 'failed'],
  ])('of %s are %s, and then %s', async (method, first, then) => {
    const { id } = await paid(method);
    const refund = await refunds().create({ payment_intent: id });
    expect([refund.status, (await refunds().retrieve(refund.id)).status]).toEqual([first, then]);
  });

  test('of what was never paid are refused', async () => {
    const intent = await fixture.stripe.paymentIntents.create({ amount: 2_000, currency: 'usd' });
    expect((await thrownBy(refunds().create({ payment_intent: intent.id }))).message).toMatch(/successful charge/);
    expect((await thrownBy(refunds().create({ payment_intent: 'pi_nothing' }))).code).toBe('resource_missing');
    expect((await thrownBy(refunds().create({}))).message).toMatch(/payment_intent or charge/);
  });
});

describe('disputes', () => {
  const withdrawn = (dispute: { balance_transactions: { amount: number }[] }) =>
    dispute.balance_transactions.map(({ amount }) => amount);

  test('take the money when they open, refuse refunds, and give it back when they are won', async () => {
    const { id, about, charge } = await paid();
    const opened = await control().disputes.open(id, { amount: 1_200 });
    expect(opened).toMatchObject({ status: 'needs_response', amount: 1_200, is_charge_refundable: false, metadata: {} });
    expect(withdrawn(opened)).toEqual([-1_200]);
    expect(await newestEvents(2)).toEqual(['charge.dispute.created', 'charge.dispute.funds_withdrawn']);
    expect((await charge()).disputed).toBe(true);
    expect((await thrownBy(refunds().create(about))).code).toBe('charge_disputed');

    const won = await control().disputes.close(opened.id, 'won');
    expect([won.status, withdrawn(won)]).toEqual(['won', [-1_200, 1_200]]);
    expect(await newestEvents(2)).toEqual(['charge.dispute.funds_reinstated', 'charge.dispute.closed']);
    expect((await fixture.stripe.disputes.list(about)).data).toEqual([won]);
    expect(await fixture.stripe.disputes.retrieve(won.id)).toEqual(won);
    expect((await refunds().create(about)).amount).toBe(2_000);
  });

  test('that are lost keep it, and those that are partly won give a part back', async () => {
    const [one, other] = [await paid(), await paid()];
    const lost = await control().disputes.close((await control().disputes.open(one.id)).id, 'lost');
    expect([lost.status, withdrawn(lost), lost.is_charge_refundable]).toEqual(['lost', [-2_000], false]);
    expect(await newestEvents(1)).toEqual(['charge.dispute.closed']);
    const partly = await control().disputes.close((await control().disputes.open(other.id)).id, 'won', { reinstated: 700 });
    expect(withdrawn(partly)).toEqual([-2_000, 700]);
  });

  test('begin as inquiries that move nothing, and may become real', async () => {
    const { id, about } = await paid();
    const inquiry = await control().disputes.open(id, { status: 'warning_needs_response' });
    expect([withdrawn(inquiry), inquiry.is_charge_refundable]).toEqual([[], true]);
    expect(await newestEvents(1)).toEqual(['charge.dispute.created']);
    const real = await control().disputes.escalate(inquiry.id);
    expect([real.status, withdrawn(real)]).toEqual(['needs_response', [-2_000]]);
    expect(await newestEvents(2)).toEqual(['charge.dispute.updated', 'charge.dispute.funds_withdrawn']);

    const second = await control().disputes.open((await paid()).id, { status: 'warning_needs_response' });
    expect((await control().disputes.close(second.id, 'warning_closed')).status).toBe('warning_closed');
    expect((await fixture.stripe.disputes.list(about)).data.map((each) => each.id)).toEqual([inquiry.id]);
  });
});

test('an early fraud warning can be acted on until the charge is refunded', async () => {
  const { id, about } = await paid();
  const warning = await control().warnOfFraud(id);
  expect(warning).toMatchObject({ actionable: true, payment_intent: id });
  expect(await newestEvents(1)).toEqual(['radar.early_fraud_warning.created']);
  await refunds().create(about);
  const { data } = await fixture.stripe.radar.earlyFraudWarnings.list(about);
  expect(data).toEqual([{ ...warning, actionable: false }]);
  expect(await fixture.stripe.radar.earlyFraudWarnings.retrieve(warning.id)).toEqual(data[0]);
});

test.each([
  ['pm_card_createDispute', ['fraudulent needs_response'], 0],
  ['pm_card_createDisputeProductNotReceived', ['product_not_received needs_response'], 0],
  ['pm_card_createDisputeInquiry', ['general warning_needs_response'], 0],
  ['pm_card_createIssuerFraudRecord', [], 1],
])('%s pays, and the bank acts', async (method, disputes, warnings) => {
  const { about } = await paid(method);
  const { data } = await fixture.stripe.disputes.list(about);
  expect(data.map(({ reason, status }) => `${reason} ${status}`)).toEqual(disputes);
  expect((await fixture.stripe.radar.earlyFraudWarnings.list(about)).data).toHaveLength(warnings);
});

test('people order what banks do by HTTP, with the key', async () => {
  const { id, about } = await paid();
  const order = (verb: string, fields: Record<string, string>, key = SECRET_KEY) =>
    fetch(`${fixture.origin}/sandbox/control/${verb}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}` },
      body: new URLSearchParams(fields),
    });
  expect((await order('refund', { intent: id, amount: '300' })).status).toBe(200);
  expect((await refunds().list(about)).data).toMatchObject([{ amount: 300 }]);
  expect(await (await order('dispute', { intent: id, amount: '100' })).json()).toMatchObject({ object: 'dispute', amount: 100 });
  const refusals = [
    await order('refund', { intent: id }, 'wrong'),
    await order('refund', { amount: '1' }),
    await order('refund', { intent: id }),
    await order('nothing', {}),
  ];
  expect(refusals.map(({ status }) => status)).toEqual([401, 400, 400, 404]);
});
