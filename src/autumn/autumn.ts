/**
 * The API that the npm package `autumn-js` calls: `POST /v1/<group>.<verb>`. It calls the same
 * domain verbs as the GraphQL resolvers.
 *
 * It only maps requests and answers. It refuses, by name, what Brim cannot do. It takes secret keys
 * only, because browsers of customers speak GraphQL.
 */
import type { Access } from '../access/access.ts';
import { type Actor, needScope } from '../access/actor.ts';
import {
  type Account,
  type Budgets,
  budgetHeaders,
  type Caller,
  credentialIdOf,
  openBudgets,
  overBudget,
  type Spending,
} from '../access/budgets.ts';
import { madeByOf } from '../access/made-by.ts';
import type { Audit } from '../audit/audit.ts';
import type { Created } from '../customers/customers.ts';
import { DomainError, ForbiddenError, refuseInput } from '../values/errors.ts';
import { balanceVerbs } from './balances.ts';
import { billingVerbs } from './billing.ts';
import { checkVerbs } from './checks.ts';
import { ensureCustomer } from './customer-data.ts';
import { customerVerbs } from './customers.ts';
import { eventVerbs } from './events.ts';
import { featureVerbs } from './features.ts';
import { invoiceVerbs } from './invoices.ts';
import { lockVerbs } from './locks.ts';
import { planVerbs } from './plans.ts';
import { subscriptionVerbs } from './subscriptions.ts';
import { customerIdIn, endOfCall } from './wire/audited.ts';
import { toErrorResponse } from './wire/error-response.ts';
import { readExactJson, writeExactJson } from './wire/exact-json.ts';
import { beginCall } from './wire/told-calls.ts';
import type { AutumnDeps, Call, Verb, Verbs } from './wire/verb.ts';

export const AUTUMN_PATH = '/v1/*';

export interface AutumnOptions extends AutumnDeps {
  readonly access: Pick<Access, 'authenticate'>;
  readonly audit: Pick<Audit, 'record' | 'recordAfter'>;
  /** Left out: budgets of its own, with the usual limits. */
  readonly budgets?: Budgets;
}

/**
 * The points that a call takes off the budget of its key: about the number of values of a customer
 * in full.
 */
const CALL_POINTS = 200;
const CREATE = 'customers.get_or_create';
/** The verbs that an app calls with each use; see `spendGuaranteed`. */
const GUARANTEED_VERBS: readonly string[] = ['balances.track', 'balances.check'];

/** All verbs, by their names on the wire. */
export function autumnVerbs(deps: AutumnDeps): Verbs {
  return {
    ...customerVerbs(deps),
    ...balanceVerbs(deps),
    ...checkVerbs(deps),
    ...lockVerbs(deps),
    ...billingVerbs(deps),
    ...subscriptionVerbs(deps),
    ...invoiceVerbs(deps),
    ...planVerbs(deps),
    ...featureVerbs(deps),
    ...eventVerbs(deps),
  };
}

/**
 * Makes the function that answers a request for /v1.
 * @throws unexpected errors only; the server logs and masks them.
 */
export function openAutumn({ access, audit, budgets: given, ...deps }: AutumnOptions) {
  const budgets = given ?? openBudgets({ clock: deps.clock });
  const verbs = autumnVerbs(deps);

  return async function handle(request: Request, { rest: name = '' }: Readonly<Record<string, string>>): Promise<Response> {
    const verb = Object.hasOwn(verbs, name) ? verbs[name] : undefined;
    const requestId = request.headers.get('x-request-id') ?? '';
    const tellEnd = beginCall({ name: verb && name, requestId });
    let account: Account | undefined;
    let caller: 'key' | 'customer' | undefined;
    try {
      const authorization = request.headers.get('authorization') ?? '';
      const actor = await access.authenticate(authorization);
      caller = actor.kind === 'customer' ? 'customer' : 'key';
      const spending = charge({ actor, credentialId: credentialIdOf(authorization) }, name);
      account = spending.account;
      if (spending.waitMs > 0) throw overBudget(spending);
      if (actor.kind !== 'app') throw new ForbiddenError('This needs a secret key. A customer token speaks GraphQL.');
      if (!verb) throw new UnknownVerbError(name);
      needScope(actor, name, verb.scopes);
      const body = readBody(await request.text());
      const idempotencyKey = readKey(request, verb);
      const call = { actor, body, idempotencyKey, madeBy: madeByOf(actor, requestId) };
      const done = await run(verb, { ...call, operation: name, requestId });
      const response = answer(done, verb.status);
      tellEnd({ caller });
      return withHeaders(response, account);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      tellEnd({ caller, code: error.code });
      return withHeaders(toErrorResponse(error, verb?.names), account);
    }
  };

  function run(verb: Verb, { operation, requestId, ...call }: NamedCall): Promise<object> {
    let isChanged = true;
    const unchanged = () => {
      isChanged = false;
    };
    const withoutCustomerData = (about: unknown) => ensureCustomer((input) => create(input, call.actor, requestId), about);
    const work = () => verb.run({ ...call, unchanged, withoutCustomerData });
    if (verb.audit === undefined || verb.audit === 'ledger') return work();
    const audited = { actor: call.actor, operation, customerId: customerIdIn(call.body), requestId };
    const endOf = () => endOfCall(call.body, isChanged);
    return verb.audit === 'after' ? audit.recordAfter(audited, work, endOf) : audit.record(audited, work, endOf);
  }

  /** As `customers.get_or_create` does it. */
  async function create(input: { readonly id: string }, actor: Actor, requestId: string): Promise<Created> {
    needScope(actor, 'customer_data', ['CUSTOMERS']);
    const audited = { actor, operation: CREATE, customerId: input.id, requestId };
    const endOf = ({ changed }: Created) => endOfCall({}, changed);
    return audit.recordAfter(audited, () => deps.customers.create(input), endOf);
  }

  function charge(caller: Caller, name: string): Spending {
    const guaranteed = GUARANTEED_VERBS.includes(name) ? budgets.spendGuaranteed(caller, 1) : undefined;
    return guaranteed?.waitMs === 0 ? guaranteed : budgets.spend(caller, CALL_POINTS);
  }
}

interface NamedCall extends Omit<Call, 'unchanged' | 'withoutCustomerData'> {
  readonly operation: string;
  readonly requestId: string;
}

function withHeaders(response: Response, account: Account | undefined): Response {
  for (const [name, value] of Object.entries(account ? budgetHeaders(account) : {})) response.headers.set(name, value);
  return response;
}

class UnknownVerbError extends DomainError {
  readonly code = 'ROUTE_NOT_FOUND';

  constructor(name: string) {
    super(
      `There is no ${JSON.stringify(`/v1/${name}`)} here. docs/from-autumn-js.md says what Brim answers, and what to use instead.`,
    );
  }
}

/** Some clients send an empty body instead of {}. */
function readBody(text: string): unknown {
  if (text.trim() === '') return {};
  try {
    return readExactJson(text);
  } catch {
    return refuseInput([], 'must be JSON');
  }
}

function readKey({ headers }: Request, { repeats }: Verb): string | undefined {
  const key = headers.get('idempotency-key') ?? undefined;
  if (key !== undefined && repeats === 'refused') refuseInput(['idempotency-key'], 'is not supported by Brim here: leave it out');
  return key;
}

function answer(content: object, status = 200): Response {
  return new Response(writeExactJson(content), { status, headers: { 'content-type': 'application/json' } });
}
