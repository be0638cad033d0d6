/**
 * The control verbs for people: `POST /sandbox/control/{verb}` with form fields, and with the
 * sandbox's key as for its API. VERBS is the list; amounts are in minor units.
 */
import { z } from 'zod';
import { ADVERSE_DELIVERY } from '../wire/adverse-delivery.ts';
import type { Control } from './control.ts';

interface Verb {
  run(control: Control, form: Readonly<Record<string, string>>): Promise<unknown>;
}

function verb<Shape extends z.ZodRawShape>(
  shape: Shape,
  run: (control: Control, fields: z.output<z.ZodObject<Shape>>) => Promise<unknown>,
): Verb {
  const schema = z.strictObject(shape);
  return { run: (control, form) => run(control, schema.parse(form) as z.output<z.ZodObject<Shape>>) };
}

const id = z.string().min(1);
const amount = z.coerce.number().int().min(1).optional();
const word = z.string().min(1).optional();

const VERBS: Readonly<Record<string, Verb>> = {
  decline: verb({ declineCode: word, code: word, adviceCode: word, times: amount, customer: word }, (control, order) =>
    control.declineNext(order),
  ),
  refund: verb({ intent: id, amount, status: z.enum(['pending', 'succeeded']).optional() }, (control, { intent, ...order }) =>
    control.charges.refund(intent, order),
  ),
  'refund-succeeds': verb({ refund: id }, (control, { refund }) => control.refunds.succeed(refund)),
  'refund-fails': verb({ refund: id }, (control, { refund }) => control.refunds.fail(refund)),
  dispute: verb(
    { intent: id, amount, reason: word, status: z.enum(['needs_response', 'warning_needs_response']).optional() },
    (control, { intent, amount: disputed, reason, status }) =>
      control.disputes.open(intent, {
        ...(disputed === undefined ? {} : { amount: disputed }),
        ...(reason === undefined ? {} : { reason }),
        ...(status === undefined ? {} : { status }),
      }),
  ),
  'dispute-closes': verb({ dispute: id, end: z.enum(['won', 'lost', 'warning_closed']) }, (control, { dispute, end }) =>
    control.disputes.close(dispute, end),
  ),
  'fraud-warning': verb({ intent: id }, (control, { intent }) => control.warnOfFraud(intent)),
  'debit-arrives': verb({ intent: id }, (control, { intent }) => control.debits.arrive(intent)),
  'adverse-delivery': verb(ADVERSE_DELIVERY.shape, (control, order) => control.webhooks.deliverAdversely(order)),
  'usual-delivery': verb({}, (control) => control.webhooks.deliverAsUsual()),
  'debit-fails': verb({ intent: id }, (control, { intent }) => control.debits.fail(intent)),
};

/** @param path `/dispute` for the verb `dispute`. */
export function openControlRoutes(control: Control, secretKey: string): (request: Request, path: string) => Promise<Response> {
  return async (request, path) => {
    if (request.headers.get('authorization') !== `Bearer ${secretKey}`)
      return answer(401, { error: "The sandbox's key, please." });
    const name = path.slice(1);
    const found = request.method === 'POST' && Object.hasOwn(VERBS, name) ? VERBS[name] : undefined;
    if (found === undefined) return answer(404, { error: `POST one of: ${Object.keys(VERBS).join(', ')}` });
    try {
      const form = Object.fromEntries(new URLSearchParams(await request.text()));
      return answer(200, (await found.run(control, form)) ?? { ok: true });
    } catch (error) {
      return answer(400, { error: error instanceof Error ? error.message : String(error) });
    }
  };
}

function answer(status: number, body: unknown): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });
}
