/**
 * The checkout page and its two forms, without a script.
 *
 * - `POST …/complete` takes the `outcome` pay (the default), decline, pay_later or cancel, the
 *   `card` to pay with: one of Stripe's test numbers (default: a good card), and a `promotion_code`
 *   where the session allows them.
 * - `POST …/settle` decides a delayed payment: succeed (the default) or fail.
 */
import type { Database } from '../../../database/database.ts';
import type { Clock } from '../../../values/clock.ts';
import { readBody } from '../../wire/request-body.ts';
import type { Act } from '../acts/act.ts';
import { delayedPaymentArrives, delayedPaymentFails, type Phase, payWith, phaseOf, type Step } from '../acts/checkout-steps.ts';
import { findCheckout, type Taken, takeStep } from '../acts/checkouts.ts';
import { type Promotion, promotionOf } from '../objects/adjustment.ts';
import type { Checkout } from '../objects/checkout.ts';
import { BANK_ACCOUNT, DECLINED_CARD, GOOD_CARD, type TestMethod, testMethodNumbered } from '../objects/test-methods.ts';
import { sandboxRecords } from '../store/records.ts';
import type { PageUrl } from '../wire/page-url.ts';
import { checkoutPage, missingPage, successUrlOf } from './checkout-page.ts';
import { seeOther, showPage } from './page-layout.ts';

export interface PagesDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly urlOf: PageUrl;
}

const BODY_LIMIT_BYTES = 16 * 1024;

/** The buttons that pay in a way of their own; `pay` pays with the chosen card. */
const COMPLETE: ReadonlyMap<string, TestMethod> = new Map([
  ['decline', DECLINED_CARD],
  ['pay_later', BANK_ACCOUNT],
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
    database.transaction((transaction) => work({ records: sandboxRecords(transaction), now: clock.now(), urlOf }));

  const show = (status: number, checkout: Checkout, alert?: string) =>
    showPage(
      status,
      checkoutPage({ checkout, url: urlOf('checkout', checkout.session.id), ...(alert === undefined ? {} : { alert }) }),
    );

  const showCurrent = async (sessionId: string, status: number, alert?: string): Promise<Response> => {
    const checkout = await transact((act) => findCheckout(act, sessionId));
    return checkout === undefined ? showPage(404, missingPage()) : show(status, checkout, alert);
  };

  const press = async (sessionId: string, step: Step | undefined, from: Phase): Promise<Response> => {
    if (step === undefined) return showCurrent(sessionId, 400, 'The page does not offer that outcome, or that card.');
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

  const complete = async (sessionId: string, outcome: string, form: URLSearchParams): Promise<Response> => {
    const code = form.get('promotion_code') ?? '';
    const promotion = code === '' ? undefined : promotionOf(code);
    const isAllowed = code === '' || (await allowsCodes(sessionId));
    if (!isAllowed || (code !== '' && promotion === undefined)) return showCurrent(sessionId, 400, 'This code is invalid.');
    return press(sessionId, completion(outcome, form.get('card'), promotion), 'open');
  };

  const allowsCodes = async (sessionId: string): Promise<boolean> =>
    (await transact((act) => findCheckout(act, sessionId)))?.session.allow_promotion_codes ?? false;

  const cancel = async (sessionId: string): Promise<Response> => {
    const checkout = await transact((act) => findCheckout(act, sessionId));
    if (checkout === undefined) return showPage(404, missingPage());
    if (phaseOf(checkout) !== 'open') return show(409, checkout, TOO_LATE[phaseOf(checkout)]);
    // The page stays open, as at Stripe: the customer may come back.
    return seeOther(checkout.session.cancel_url ?? urlOf('checkout', sessionId));
  };

  return async (request, path) => {
    const [, sessionId = '', action] = path.split('/');
    if (request.method === 'GET')
      return action === undefined ? showCurrent(sessionId, 200) : seeOther(urlOf('checkout', sessionId));
    if (request.method !== 'POST') return new Response('GET or POST only\n', { status: 405, headers: { allow: 'GET, POST' } });
    const body = await readBody(request, BODY_LIMIT_BYTES);
    if (body === undefined) return showCurrent(sessionId, 413, 'That form is too long.');
    const form = new URLSearchParams(body);
    const outcome = form.get('outcome');
    if (action === 'complete' && outcome === 'cancel') return cancel(sessionId);
    if (action === 'complete') return complete(sessionId, outcome ?? 'pay', form);
    if (action === 'settle') return press(sessionId, DECIDE_DELAYED.get(outcome ?? 'succeed'), 'processing');
    return showPage(404, missingPage());
  };
}

/** The step of a press of one of the buttons. */
function completion(outcome: string, number: string | null, promotion: Promotion | undefined): Step | undefined {
  const chosen = number === null || number === '' ? GOOD_CARD : testMethodNumbered(number);
  const test = outcome === 'pay' ? chosen : COMPLETE.get(outcome);
  return test === undefined ? undefined : payWith(test, promotion);
}
