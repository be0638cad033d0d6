/**
 * Tracks: what was used. With an outbox, a track that Brim cannot take now is kept and sent later.
 */
import type { TrackFieldsFragment } from '../documents/generated/graphql.ts';
import { TrackBatchText, TrackText } from '../documents/generated/texts.ts';
import { readResults, sendTracks } from './batch.ts';
import { BrimError } from './brim-error.ts';
import { type CallOptions, withKey } from './call.ts';
import { refuseNotFinite } from './finite.ts';
import type { KeyedTrack, Outbox } from './outbox.ts';
import { type RequestOptions, request } from './request.ts';
import { type RetryOptions, withRetries } from './retry.ts';
import type { TrackAnswer, TrackInput, TrackQueued } from './types.ts';

export interface TrackVerbs {
  /**
   * Takes a use off. Only a client with an outbox answers TrackQueued; its calls are not given up.
   */
  track(input: TrackInput, options?: CallOptions): Promise<TrackAnswer | TrackQueued>;
  /**
   * Takes many uses off, in few requests: each with its own result in the order given, and none
   * harms another. A BrimError in its place says that one was not taken, or that it is not known:
   * send it again with its key.
   */
  trackBatch(inputs: readonly TrackInput[], options?: CallOptions): Promise<readonly (TrackAnswer | TrackQueued | BrimError)[]>;
}

export function trackVerbs(options: RequestOptions & RetryOptions, outbox: Outbox | undefined): TrackVerbs {
  const askForOne = async (input: KeyedTrack, { signal }: CallOptions = {}) => {
    const each = { ...options, ...(signal ? { signal } : {}) };
    return withRetries(() => sendTrack(input, each), each);
  };
  /**
   * What Brim could not take now is asked once more by itself: it comes with its own retries, and
   * its own key.
   */
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

  return {
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
  };
}

/** One attempt. @throws BrimError, NOT_TRACKED among them. */
export async function sendTrack(input: KeyedTrack, options: RequestOptions): Promise<TrackAnswer> {
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
function taken(value: unknown): TrackAnswer {
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
