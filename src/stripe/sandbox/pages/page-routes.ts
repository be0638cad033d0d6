/**
 * The checkout page and its two forms, without a script.
 *
 * - `POST …/complete` takes the `outcome` pay (the default), decline, pay_later or cancel.
 * - `POST …/settle` decides a delayed payment: succeed (the default) or fail.
 */
import type { Database } from '../../../database/database.ts';
import type { Clock } from '../../../values/clock.ts';
import { readBody } from '../../wire/request-body.ts';
import type { Act } from '../acts/act.ts';
import {
  decline,
  delayedPaymentArrives,
  delayedPaymentFails,
  type Phase,
  pay,
  payLater,
  phaseOf,
  type Step,
} from '../acts/checkout-steps.ts';
import { findCheckout, type Taken, takeStep } from '../acts/checkouts.ts';
import type { Checkout } from '../objects/checkout.ts';
import { sandboxRecords } from '../store/records.ts';
import { checkoutPage, missingPage, successUrlOf } from './checkout-page.ts';
import { seeOther, showPage } from './page-layout.ts';

export interface PagesDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly urlOf: (sessionId: string) => string;
}

const BODY_LIMIT_BYTES = 16 * 1024;

/** What each button does. */
const COMPLETE: ReadonlyMap<string, Step> = new Map([
  ['pay', pay],
  ['decline', decline],
  ['pay_later', payLater],
]);
const DECIDE_DELAYED: ReadonlyMap<string, Step> = new Map([
  ['succeed', delayedPaymentArrives],
  ['fail', delayedPaymentFails],
]);

const TOO_LATE: Record<Phase, string> = {
  open: 'Nothing was paid yet, so there is nothing to settle.',
  processing: 'The customer has paid already; the money is on its way.',
  paid: 'This checkout was paid already. Nothing was charged again.',
  failed: 'This checkout is complete; its payment failed.',
  expired: 'This checkout has expired. Nothing was charged.',
};

/** @param path begins with the session id: `/cs_…`, `/cs_…/complete`, `/cs_…/settle`. */
export function openPages({ database, clock, urlOf }: PagesDeps): (request: Request, path: string) => Promise<Response> {
  const transact = <Result>(work: (act: Act) => Promise<Result>) =>
    database.transaction((transaction) => work({ records: sandboxRecords(transaction), now: clock.now() }));

  const show = (status: number, checkout: Checkout, alert?: string) =>
    showPage(status, checkoutPage({ checkout, url: urlOf(checkout.session.id), ...(alert === undefined ? {} : { alert }) }));

  const showCurrent = async (sessionId: string, status: number, alert?: string): Promise<Response> => {
    const checkout = await transact((act) => findCheckout(act, sessionId));
    return checkout === undefined ? showPage(404, missingPage()) : show(status, checkout, alert);
  };

  const press = async (sessionId: string, outcome: string, from: Phase, steps: ReadonlyMap<string, Step>): Promise<Response> => {
    const step = steps.get(outcome);
    if (step === undefined) return showCurrent(sessionId, 400, `There is no outcome "${outcome}".`);
    const result = await transact((act) => takeStep(act, sessionId, from, step));
    if (result === undefined) return showPage(404, missingPage());
    if (!result.taken) return show(409, result.checkout, TOO_LATE[phaseOf(result.checkout)]);
    return outcomeOf(result);
  };

  const outcomeOf = ({ checkout }: Taken): Response =>
    phaseOf(checkout) === 'open'
      ? show(
          402,
          checkout,
          `${checkout.intent?.last_payment_error?.message ?? 'Declined.'} Nothing was charged; you can try again.`,
        )
      : seeOther(successUrlOf(checkout));

  const cancel = async (sessionId: string): Promise<Response> => {
    const checkout = await transact((act) => findCheckout(act, sessionId));
    if (checkout === undefined) return showPage(404, missingPage());
    if (phaseOf(checkout) !== 'open') return show(409, checkout, TOO_LATE[phaseOf(checkout)]);
    // The page stays open, as at Stripe: the customer may come back.
    return seeOther(checkout.session.cancel_url ?? urlOf(sessionId));
  };

  return async (request, path) => {
    const [, sessionId = '', action] = path.split('/');
    if (request.method === 'GET') return action === undefined ? showCurrent(sessionId, 200) : seeOther(urlOf(sessionId));
    if (request.method !== 'POST') return new Response('GET or POST only\n', { status: 405, headers: { allow: 'GET, POST' } });
    const body = await readBody(request, BODY_LIMIT_BYTES);
    if (body === undefined) return showCurrent(sessionId, 413, 'That form is too long.');
    const outcome = new URLSearchParams(body).get('outcome');
    if (action === 'complete' && outcome === 'cancel') return cancel(sessionId);
    if (action === 'complete') return press(sessionId, outcome ?? 'pay', 'open', COMPLETE);
    if (action === 'settle') return press(sessionId, outcome ?? 'succeed', 'processing', DECIDE_DELAYED);
    return showPage(404, missingPage());
  };
}
