/** Sessions of the billing portal, in which customers see and change how they pay. */
import type Stripe from 'stripe';
import { z } from 'zod';
import { namedCustomer } from '../acts/customers.ts';
import { newPortalSession } from '../objects/portal-session.ts';
import { readParams, text, webAddress } from '../wire/params.ts';
import { type Call, endpoint } from './endpoint.ts';

export const PORTAL_SESSIONS = [endpoint('POST', '/v1/billing_portal/sessions', create)];

const CREATE = z.strictObject({
  customer: text,
  return_url: webAddress.optional(),
  flow_data: z.strictObject({ type: z.enum(['payment_method_update']) }).optional(),
});

async function create({ records, form, now, urlOf }: Call): Promise<Stripe.BillingPortal.Session> {
  const params = readParams(CREATE, form);
  const customer = await namedCustomer(records, params.customer);
  const session = newPortalSession({ ...params, customer: customer.id, flow: params.flow_data?.type, urlOf, now });
  await records.put('portal_session', session.id, session);
  return session;
}
