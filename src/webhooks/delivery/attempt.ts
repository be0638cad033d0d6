/** One attempt of a delivery, and what follows from its end. */
import type { Database } from '../../database/database.ts';
import type { Log } from '../../platform/log.ts';
import type { Clock } from '../../values/clock.ts';
import { nextAttemptAfter } from '../model/retries.ts';
import { type Attempt, disableDead, endAttempt } from '../tables/take.ts';
import { type PostOptions, post } from './post.ts';
import { signedHeaders } from './sign.ts';

export interface AttemptDeps extends PostOptions {
  readonly database: Pick<Database, 'statements'>;
  /** Moved by tests: the next attempt follows it. */
  readonly clock: Clock;
  /** Never moved: signatures go by it. */
  readonly realClock: Clock;
  readonly log: Log;
}

const DEAD = 'It took no delivery for three days. Its deliveries wait: enable it once it works again.';

/**
 * A delivery that fails for three days is given up where the endpoint took others meanwhile. Else
 * the endpoint is disabled, and keeps the delivery.
 * @throws where the database fails: the lease ends, and the delivery is attempted again.
 */
export async function makeAttempt(deps: AttemptDeps, attempt: Attempt): Promise<void> {
  const { database, clock, realClock, log } = deps;
  const { url, secrets, eventId, endpointId, deliveryId } = attempt;
  const body = JSON.stringify(attempt.payload);
  const posted = await post({ url, body, headers: signedHeaders(secrets, eventId, realClock.now(), body) }, deps);
  const now = clock.now();
  const { status: responseStatus, body: responseBody, failure, durationMs } = posted;
  const end = { responseStatus, responseBody, failure, durationMs };
  if (failure === null) {
    await endAttempt(database.statements, attempt, { ...end, status: 'SUCCEEDED', nextAttemptAt: null }, now);
    return;
  }
  log.info({ endpointId, deliveryId, responseStatus, failure }, 'webhooks: an attempt failed');
  const nextAttemptAt = attempt.once ? null : nextAttemptAfter(attempt.triedSince, now, Math.random());
  const isGivenUp =
    nextAttemptAt === null && (attempt.once || !(await disableDead(database.statements, endpointId, attempt.triedSince, DEAD)));
  const status = isGivenUp ? 'FAILED' : 'RETRYING';
  await endAttempt(database.statements, attempt, { ...end, status, nextAttemptAt }, now);
  if (nextAttemptAt === null && !isGivenUp)
    log.warn({ endpointId }, 'webhooks: an endpoint took nothing for three days, and is disabled');
}
