/** Refunds. */
import type Stripe from 'stripe';
import { z } from 'zod';
import { chargeOfIntent, namedCharge } from '../acts/charges.ts';
import { refundCharge } from '../acts/refunds.ts';
import { malformedParam, noSuch } from '../wire/api-error.ts';
import { expandable, integerAtLeast, metadata, pageParams, readParams, text } from '../wire/params.ts';
import { type Call, endpoint } from './endpoint.ts';
import { expanded } from './expand.ts';
import { listObjects } from './object-list.ts';

export const REFUNDS = [
  endpoint('POST', '/v1/refunds', create),
  endpoint('GET', '/v1/refunds', list),
  endpoint('GET', '/v1/refunds/:id', retrieve),
];

const expand = expandable(['charge', 'payment_intent']);

const CREATE = z.strictObject({
  payment_intent: text.optional(),
  charge: text.optional(),
  amount: integerAtLeast(1).optional(),
  reason: z.enum(['duplicate', 'fraudulent', 'requested_by_customer']).optional(),
  metadata: metadata.default({}),
  expand,
});
const READ = z.strictObject({ expand });
const LIST = z.strictObject({ ...pageParams, payment_intent: text.optional(), charge: text.optional() });

async function create(call: Call): Promise<Stripe.Refund> {
  const { payment_intent: intentId, charge: chargeId, expand: paths, ...order } = readParams(CREATE, call.form);
  if (intentId === undefined && chargeId === undefined)
    throw malformedParam(
      'payment_intent',
      'One of the following params should be provided for this request: payment_intent or charge.',
    );
  const charge = intentId === undefined ? await namedCharge(call, chargeId ?? '') : await chargeOfIntent(call, intentId);
  return expanded(call.records, await refundCharge(call, charge, order), paths);
}

async function retrieve({ records, form, id }: Call): Promise<Stripe.Refund> {
  const { expand: paths } = readParams(READ, form);
  const refund = await records.find('refund', id);
  if (refund === undefined) throw noSuch('refund', id, 'refund');
  return expanded(records, refund, paths);
}

function list({ records, form }: Call) {
  const { limit, starting_after, ...where } = readParams(LIST, form);
  return listObjects(records, 'refund', { where, limit, starting_after }, '/v1/refunds');
}
