/**
 * Brim, as an app's server asks it.
 *
 * A refusal is a value with its `__typename`; a BrimError is thrown for what kept the two apart. What may help is tried again, always
 * with the key of the first attempt, so nothing is done twice. With an outbox, a track that Brim cannot take now is kept and sent later.
 */
import type { TrackFieldsFragment } from '../documents/generated/graphql.ts';
import {
  AttachPlanText,
  CheckText,
  CreateCustomerText,
  CreateCustomerTokenText,
  RevokeCustomerTokensText,
  TrackBatchText,
  TrackText,
} from '../documents/generated/texts.ts';
import { type BalanceVerbs, balanceVerbs } from './balance.ts';
import { readResults, sendTracks } from './batch.ts';
import { BrimError } from './brim-error.ts';
import { type CallOptions, openCall, payloadOf, queryRefusal, withKey } from './call.ts';
import { type CorrectionVerbs, correctionVerbs } from './correction.ts';
import { type CustomerVerbs, customerVerbs } from './customer.ts';
import { refuseNotFinite } from './finite.ts';
import { type GrantVerbs, grantVerbs } from './grant.ts';
import { type HoldVerbs, holdVerbs } from './hold.ts';
import { type KeyedTrack, memoryStore, type OutboxOptions, openOutbox } from './outbox.ts';
import { openOutboxFile } from './outbox-file.ts';
import { type PlanVerbs, planVerbs } from './plan.ts';
import { type PurchaseVerbs, purchaseVerbs } from './purchase.ts';
import { type RequestOptions, request } from './request.ts';
import { type RetryOptions, withRetries } from './retry.ts';
import type * as types from './types.ts';

export interface BrimOptions extends RetryOptions, Omit<RequestOptions, 'signal'> {
  /** Left out: a track that Brim cannot take is thrown back. `file` left out: kept in memory, and lost with the process. */
  readonly outbox?: OutboxOptions & { readonly file?: string };
}

export interface Brim extends HoldVerbs, CorrectionVerbs, GrantVerbs, CustomerVerbs, PurchaseVerbs, BalanceVerbs, PlanVerbs {
  /** Takes a use off. Only a client with an outbox answers TrackQueued; its calls are not given up. */
  track(input: types.TrackInput, options?: CallOptions): Promise<types.TrackAnswer | types.TrackQueued>;
  /**
   * Takes many uses off, in few requests: each with its own result in the order given, and none harms another. A BrimError in its place
   * says that one was not taken, or that it is not known: send it again with its key.
   */
  trackBatch(
    inputs: readonly types.TrackInput[],
    options?: CallOptions,
  ): Promise<readonly (types.TrackAnswer | types.TrackQueued | BrimError)[]>;
  /** Whether so much may be used now. Changes nothing. */
  check(input: types.CheckInput, options?: CallOptions): Promise<types.CheckAnswer>;
  /** Gives a customer a plan, or the page on which to pay for it. */
  attach(input: types.AttachInput, options?: CallOptions): Promise<types.AttachAnswer>;
  /** Makes a customer, or finds it: once, however many calls race. */
  createCustomer(input: types.CreateCustomerInput, options?: CallOptions): Promise<types.CreateCustomerAnswer>;
  /** What the customer's page shows to Brim. */
  createCustomerToken(input: types.CreateCustomerTokenInput, options?: CallOptions): Promise<types.CreateCustomerTokenAnswer>;
  /** Ends all tokens that were made for a customer before, and what is open with them. */
  revokeCustomerTokens(input: types.RevokeCustomerTokensInput, options?: CallOptions): Promise<types.RevokeCustomerTokensAnswer>;
  /** Tracks that Brim does not have yet. */
  readonly pending: number;
  /** Sends what waits, now. @throws the BrimError that stops it. */
  flush(): Promise<void>;
  /** Lets go of the outbox. What waits in a file is sent at the next start; what waits in memory is lost, so flush before. */
  close(): Promise<void>;
}

/** @throws BrimError OUTBOX_IN_USE where another process has the outbox's file open. */
export async function openBrim(options: BrimOptions): Promise<Brim> {
  const call = openCall(options);
  const askForOne = async (input: KeyedTrack, { signal }: CallOptions = {}) => {
    const each = { ...options, ...(signal ? { signal } : {}) };
    return withRetries(() => sendTrack(input, each), each);
  };
  /** What Brim could not take now is asked once more by itself: it comes with its own retries, and its own key. */
  const askForAll = async (inputs: readonly KeyedTrack[], callOptions: CallOptions = {}) => {
    const each = { ...options, ...callOptions };
    const read = async () => {
      const answer = onlyValue(await request({ document: TrackBatchText, variables: { input: { events: inputs } } }, each));
      return readResults(answer, inputs, taken);
    };
    const results = await withRetries(read, each).catch((error: unknown) => {
      // Some of them are done, and nobody knows which: each is asked for by itself.
      if (error instanceof BrimError && error.done) return inputs.map(() => error);
      throw error;
    });
    return Promise.all(
      results.map((result, index) => {
        const input = inputs[index];
        if (!(result instanceof BrimError && (result.retryable || result.done)) || !input) return result;
        return askForOne(input, callOptions).catch(asResult);
      }),
    );
  };
  const outbox = await openTracks(options);

  return {
    ...holdVerbs(call),
    ...correctionVerbs(call),
    ...grantVerbs(call),
    ...customerVerbs(call),
    ...purchaseVerbs(call),
    ...balanceVerbs(call),
    ...planVerbs(call),
    async track(input, callOptions) {
      const keyed = withKey(input);
      return refuseNotFinite(input) ?? (outbox ? outbox.track(keyed) : askForOne(keyed, callOptions));
    },
    async trackBatch(inputs, callOptions) {
      const refused = inputs.map(refuseNotFinite);
      const sendable = inputs.filter((_, index) => !refused[index]).map(withKey);
      const results = outbox
        ? await Promise.all(sendable.map((input) => outbox.track(input).catch(asResult)))
        : await sendTracks(sendable, (part) => askForAll(part, callOptions));
      const inOrder = results.values();
      return refused.map((refusal) => refusal ?? inOrder.next().value ?? missing());
    },
    check: (given, callOptions) =>
      payloadOf(given, async (input) => (await call(CheckText, { input }, callOptions)).check).catch((error: unknown) =>
        queryRefusal(error, ['INVALID_INPUT', 'CUSTOMER_NOT_FOUND', 'FEATURE_NOT_FOUND']),
      ),
    attach: (given, callOptions) =>
      payloadOf(withKey(given), async (input) => (await call(AttachPlanText, { input }, callOptions)).attachPlan),
    createCustomer: (given, callOptions) =>
      payloadOf(given, async (input) => (await call(CreateCustomerText, { input }, callOptions)).createCustomer),
    createCustomerToken: (given, callOptions) =>
      payloadOf(given, async (input) => (await call(CreateCustomerTokenText, { input }, callOptions)).createCustomerToken),
    revokeCustomerTokens: (given, callOptions) =>
      payloadOf(given, async (input) => (await call(RevokeCustomerTokensText, { input }, callOptions)).revokeCustomerTokens),
    get pending() {
      return outbox?.pending ?? 0;
    },
    flush: async () => outbox?.flush(),
    close: async () => outbox?.close(),
  };
}

/** Its attempts are the outbox's to repeat: while Brim is away a caller waits for one of them at the most. */
async function openTracks(options: BrimOptions) {
  if (!options.outbox) return undefined;
  const { file, ...bounds } = options.outbox;
  const store = file === undefined ? memoryStore() : await openOutboxFile(file);
  return openOutbox(store, (input) => sendTrack(input, options), { ...options, ...bounds });
}

async function sendTrack(input: KeyedTrack, options: RequestOptions): Promise<types.TrackAnswer> {
  return taken(onlyValue(await request({ document: TrackText, variables: { input } }, options)));
}

/** Of an operation with one field. */
function onlyValue(data: object): unknown {
  const [value] = Object.values(data);
  if (value === undefined || value === null) {
    throw new BrimError('Brim answered without data.', { retryable: false, code: 'HTTP' });
  }
  return value;
}

/** @throws BrimError for the one answer that says "again". */
function taken(value: unknown): types.TrackAnswer {
  const answer = value as TrackFieldsFragment;
  if (answer.__typename !== 'NotTrackedError') return answer;
  throw new BrimError(answer.message, { retryable: true, code: 'NOT_TRACKED' });
}

function asResult(error: unknown): BrimError {
  if (error instanceof BrimError) return error;
  throw error;
}

function missing(): never {
  throw new Error('a track has no result');
}
