/**
 * The billing portal and its forms, without a script.
 *
 * - `POST …/card` saves the `card` (a test number; default: a good card) and makes it the default.
 * - `POST …/remove` removes the `method`.
 */
import type Stripe from 'stripe';
import { readBody } from '../../wire/request-body.ts';
import type { Act } from '../acts/act.ts';
import { namedCustomer } from '../acts/customers.ts';
import { detachMethod } from '../acts/methods.ts';
import { addDefaultCard } from '../acts/portal.ts';
import { GOOD_CARD, testMethodNumbered } from '../objects/test-methods.ts';
import { sandboxRecords } from '../store/records.ts';
import { missingPage } from './checkout-page.ts';
import { seeOther, showPage } from './page-layout.ts';
import type { PagesDeps } from './page-routes.ts';
import { portalPage } from './portal-page.ts';

const BODY_LIMIT_BYTES = 16 * 1024;

/** @param path begins with the session id: `/bps_…`, `/bps_…/card`, `/bps_…/remove`. */
export function openPortal({ database, clock, urlOf }: PagesDeps): (request: Request, path: string) => Promise<Response> {
  const transact = <Result>(work: (act: Act) => Promise<Result>) =>
    database.transaction((transaction) => work({ records: sandboxRecords(transaction), now: clock.now(), urlOf }));

  const show = async (act: Act, session: Stripe.BillingPortal.Session, alert?: string): Promise<Response> => {
    const customer = await namedCustomer(act.records, session.customer);
    const methods = await act.records.list('payment_method', { where: { customer: customer.id }, limit: 100 });
    return showPage(alert === undefined ? 200 : 402, portalPage({ session, customer, methods, alert }));
  };

  const takeCard = async (act: Act, session: Stripe.BillingPortal.Session, number: string | null): Promise<Response> => {
    const test = number ? testMethodNumbered(number) : GOOD_CARD;
    if (test === undefined) return show(act, session, 'The page does not offer that card.');
    const refusal = await addDefaultCard(act, session.customer, test);
    return refusal === undefined ? seeOther(session.url) : show(act, session, refusal.message);
  };

  const remove = async (act: Act, session: Stripe.BillingPortal.Session, methodId: string): Promise<Response> => {
    const method = await act.records.lock('payment_method', methodId);
    if (method?.customer === session.customer) await detachMethod(act, method);
    return seeOther(session.url);
  };

  return async (request, path) => {
    const [, sessionId = '', action] = path.split('/');
    const body = request.method === 'POST' ? await readBody(request, BODY_LIMIT_BYTES) : '';
    const form = new URLSearchParams(body ?? '');
    return transact(async (act) => {
      const session = await act.records.find('portal_session', sessionId);
      if (session === undefined) return showPage(404, missingPage());
      if (request.method !== 'POST') return action === undefined ? show(act, session) : seeOther(session.url);
      if (action === 'card') return takeCard(act, session, form.get('card'));
      return action === 'remove' ? remove(act, session, form.get('method') ?? '') : showPage(404, missingPage());
    });
  };
}
