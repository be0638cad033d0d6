/**
 * Brim, as an app's server asks it: a verb for each thing that such a server does, listed by noun.
 *
 * A refusal is a value with its `__typename`; a BrimError is thrown for what kept the two apart.
 * What may help is tried again, always with the key of the first attempt, so nothing is done twice.
 * With an outbox, a track that Brim cannot take now is kept and sent later.
 */
import { type AlertVerbs, alertVerbs } from './alert.ts';
import { type AutoTopUpVerbs, autoTopUpVerbs } from './auto-top-up.ts';
import { type BalanceVerbs, balanceVerbs } from './balance.ts';
import { openCall } from './call.ts';
import { type CheckVerb, checkVerb } from './check.ts';
import { type CorrectionVerbs, correctionVerbs } from './correction.ts';
import { type CustomerVerbs, customerVerbs } from './customer.ts';
import { type CustomerTokenVerbs, customerTokenVerbs } from './customer-token.ts';
import { type GrantVerbs, grantVerbs } from './grant.ts';
import { type HoldVerbs, holdVerbs } from './hold.ts';
import { type ImportVerb, importVerb } from './import.ts';
import { type OperationVerb, operationVerb } from './operation.ts';
import { memoryStore, type Outbox, type OutboxOptions, openOutbox } from './outbox.ts';
import { openOutboxFile } from './outbox-file.ts';
import { type PlanVerbs, planVerbs } from './plan.ts';
import { type PurchaseVerbs, purchaseVerbs } from './purchase.ts';
import type { RequestOptions } from './request.ts';
import type { RetryOptions } from './retry.ts';
import { type SubscriptionVerbs, subscriptionVerbs } from './subscription.ts';
import { sendTrack, type TrackVerbs, trackVerbs } from './track.ts';
import { type UsageLimitVerbs, usageLimitVerbs } from './usage-limit.ts';

export interface BrimOptions extends RetryOptions, Omit<RequestOptions, 'signal'> {
  /**
   * Left out: a track that Brim cannot take is thrown back. `file` left out: kept in memory, and
   * lost with the process.
   */
  readonly outbox?: OutboxOptions & { readonly file?: string };
}

export interface Brim
  extends TrackVerbs,
    CheckVerb,
    HoldVerbs,
    CorrectionVerbs,
    GrantVerbs,
    CustomerVerbs,
    CustomerTokenVerbs,
    PurchaseVerbs,
    PlanVerbs,
    BalanceVerbs,
    AlertVerbs,
    UsageLimitVerbs,
    AutoTopUpVerbs,
    ImportVerb,
    SubscriptionVerbs,
    OperationVerb {
  /** Tracks that Brim does not have yet. */
  readonly pending: number;
  /** Sends what waits, now. @throws the BrimError that stops it. */
  flush(): Promise<void>;
  /**
   * Ends the subscriptions, and lets go of the outbox. What waits in a file is sent at the next
   * start; what waits in memory is lost, so flush before.
   */
  close(): Promise<void>;
}

/** @throws BrimError OUTBOX_IN_USE where another process has the outbox's file open. */
export async function openBrim(options: BrimOptions): Promise<Brim> {
  const outbox = await openTracks(options);
  const call = openCall(options);
  const callOnce = openCall({ ...options, retries: 0 });
  const closing = new AbortController();

  return {
    ...trackVerbs(options, outbox),
    ...checkVerb(call),
    ...holdVerbs(call),
    ...correctionVerbs(call),
    ...grantVerbs(call),
    ...customerVerbs(call),
    ...customerTokenVerbs(call),
    ...purchaseVerbs(call),
    ...planVerbs(call),
    ...balanceVerbs(call),
    ...alertVerbs(call),
    ...usageLimitVerbs(call),
    ...autoTopUpVerbs(call),
    ...importVerb(call, options),
    ...subscriptionVerbs(options, closing.signal),
    ...operationVerb(call, callOnce),
    get pending() {
      return outbox?.pending ?? 0;
    },
    flush: async () => outbox?.flush(),
    async close() {
      closing.abort();
      await outbox?.close();
    },
  };
}

/**
 * Its attempts are the outbox's to repeat: while Brim is away a caller waits for one of them at the
 * most.
 */
async function openTracks(options: BrimOptions): Promise<Outbox | undefined> {
  if (!options.outbox) return undefined;
  const { file, ...bounds } = options.outbox;
  const store = file === undefined ? memoryStore() : await openOutboxFile(file);
  return openOutbox(store, (input) => sendTrack(input, options), { ...options, ...bounds });
}
