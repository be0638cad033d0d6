/**
 * Charges each operation to its caller's budget: the values that its answer may hold, before it
 * runs.
 *
 * The answer says what the operation cost and what is left: in `extensions.cost` and, over HTTP, in
 * headers with GitHub's names. A subscription is charged for every push. A document that cannot be
 * parsed, is not valid or would cost too much is charged as well, because checking it is work.
 */
import type { ServerResponse } from 'node:http';
import { type DocumentNode, type ExecutionResult, type GraphQLError, getOperationAST, Kind } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { rightsOf } from '../../access/actor.ts';
import { type Budgets, budgetHeaders, type Caller, overBudget, type Spending } from '../../access/budgets.ts';
import { openInstantText } from '../../values/instant-text.ts';
import { maskError } from '../answers/masking.ts';
import type { BoundedExecution, CallerContext } from './bounded-execution.ts';
import type { CostLimits } from './cost-limits.ts';
import { type CostedOperation, costOf } from './document-cost.ts';
import { subscribePaced } from './paced-subscription.ts';
import { selectionKeyOf } from './selection-key.ts';
import type { SharedPushes } from './shared-pushes.ts';

export interface RateLimitingOptions {
  readonly budgets: Budgets;
  readonly sharedPushes: SharedPushes;
  readonly execution: Pick<BoundedExecution, 'push'>;
  readonly costs: CostLimits;
  /** Root fields of which a secret key may use a number each second, independent of its budget. */
  readonly guaranteedFields: readonly string[];
}

/** What the plugin knows of an operation, from any transport. */
export interface RateLimitedContext extends CallerContext {
  /** Set once the caller is known. */
  readonly caller?: Caller | undefined;
  /** Unset for an operation of a socket. */
  readonly res?: ServerResponse;
  readonly requestId?: string;
}

/** Every request has to be read and its caller authenticated, however little it selects. */
const OPERATION_MIN_POINTS = 20;
/** Parsing and validating a document that is then refused takes up to 0.2 s. */
const REFUSED_DOCUMENT_POINTS = 1_000;
/** A guaranteed use may select this many values; larger ones are charged as usual. */
const GUARANTEED_MAX_VALUES = 1_000;

/**
 * A new document is parsed and validated: 2,000 tokens take up to 0.1 s, the first hundred almost
 * nothing.
 */
const POINTS_PER_TOKEN = 20;
const FREE_TOKENS = 100;

const instantText = openInstantText();

/** Whether an operation may run. */
export type Admission =
  | { readonly refusal: ExecutionResult; readonly extensions?: undefined }
  /** What the answer says of the cost. */
  | { readonly refusal?: undefined; readonly extensions: NonNullable<ExecutionResult['extensions']> };

export interface RateLimiting {
  /** Charges a query or a mutation, before it runs. */
  admit(operation: CostedOperation, context: RateLimitedContext): Admission;
  /** Charges for documents and for pushes. */
  readonly plugin: Plugin<RateLimitedContext>;
}

export function openRateLimiting({
  budgets,
  sharedPushes,
  execution,
  costs,
  guaranteedFields,
}: RateLimitingOptions): RateLimiting {
  /** Documents whose parsing is paid for. */
  const paid = new WeakSet<DocumentNode>();

  return {
    admit(operation, context) {
      const cost = costOf(operation);
      const refusal = costs.refuseOperation(cost);
      if (refusal) return { refusal: refused(context, refusal) };
      const points = Math.max(OPERATION_MIN_POINTS, cost);
      const spending = charge(context, points, countGuaranteed(operation, points, guaranteedFields));
      if (spending.waitMs > 0) return { refusal: { errors: [maskError(overBudget(spending))] } };
      return { extensions: costExtension(points, spending) };
    },
    plugin: {
      onParse({ context: { caller } }) {
        // With an empty budget nothing is parsed. Whether a use is guaranteed to a secret key is
        // known only after parsing, so keys are checked later.
        if (caller?.actor.kind === 'customer') refuseEmpty(caller);
        return ({ result }) => {
          if (!caller) return;
          if (result instanceof Error || result === null) budgets.deduct(caller, REFUSED_DOCUMENT_POINTS);
          else payForParsing(caller, result);
        };
      },
      onValidate({ context: { caller } }) {
        return ({ valid }) => {
          if (caller && !valid) budgets.deduct(caller, REFUSED_DOCUMENT_POINTS);
        };
      },
      onSubscribe({ args, setSubscribeFn, setResultAndStopExecution }) {
        const values = costOf(args);
        const refusal = costs.refuseSubscription(values);
        if (refusal) return setResultAndStopExecution(refused(args.contextValue, refusal));
        const opening = charge(args.contextValue, OPERATION_MIN_POINTS, 0);
        if (opening.waitMs > 0) return setResultAndStopExecution({ errors: [maskError(overBudget(opening))] });
        const caller = callerOf(args.contextValue);
        const pay = () => {
          const spending = budgets.spend(caller, values);
          return { waitMs: spending.waitMs, extensions: costExtension(values, spending) };
        };
        const { hasLeft = neverLeaves }: RateLimitedContext = args.contextValue;
        setSubscribeFn((subscribed) =>
          subscribePaced(subscribed, {
            join: () => sharedPushes.join(selectionKeyOf(subscribed, rightsOf(caller.actor))),
            pay,
            push: execution.push,
            hasLeft,
          }),
        );
      },
    },
  };

  function payForParsing(caller: Caller, document: DocumentNode): void {
    if (paid.has(document)) return;
    paid.add(document);
    const tokens = (document.tokenCount ?? 0) - FREE_TOKENS;
    if (tokens > 0) budgets.deduct(caller, tokens * POINTS_PER_TOKEN);
  }

  /** @throws RateLimitedError where the budget is empty. */
  function refuseEmpty(caller: Caller): void {
    if (budgets.spend(caller, 0).account.remaining >= OPERATION_MIN_POINTS) return;
    const spending = budgets.spend(caller, OPERATION_MIN_POINTS);
    if (spending.waitMs > 0) throw overBudget(spending);
  }

  function refused(context: RateLimitedContext, refusal: GraphQLError): ExecutionResult {
    budgets.deduct(callerOf(context), REFUSED_DOCUMENT_POINTS);
    return { errors: [refusal] };
  }

  function charge(context: RateLimitedContext, points: number, uses: number): Spending {
    const caller = callerOf(context);
    const guaranteed = uses > 0 ? budgets.spendGuaranteed(caller, uses) : undefined;
    const spending = guaranteed?.waitMs === 0 ? guaranteed : budgets.spend(caller, points);
    const { res } = context;
    if (res && !res.headersSent) {
      for (const [name, value] of Object.entries(budgetHeaders(spending.account))) res.setHeader(name, value);
    }
    return spending;
  }
}

const neverLeaves = () => false;

function callerOf({ caller }: RateLimitedContext): Caller {
  if (!caller) throw new Error('An operation is charged before its caller is known.');
  return caller;
}

function costExtension(
  cost: number,
  { account: { limit, remaining, resetAt } }: Spending,
): NonNullable<ExecutionResult['extensions']> {
  return { cost: { cost, limit, remaining, resetAt: instantText(resetAt) } };
}

/** The number of guaranteed uses in the operation; 0 where it contains any other root field. */
function countGuaranteed({ document, operationName }: CostedOperation, points: number, fields: readonly string[]): number {
  const operation = getOperationAST(document, operationName);
  const selections = operation?.selectionSet.selections ?? [];
  const isUse = selections.every((node) => node.kind === Kind.FIELD && fields.includes(node.name.value));
  return isUse && points <= GUARANTEED_MAX_VALUES * selections.length ? selections.length : 0;
}
