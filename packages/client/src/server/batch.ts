/**
 * Many tracks in few requests, each with its own result in the order given.
 *
 * One that Brim cannot even read makes it refuse the whole request, and nothing of it is done: then
 * the halves are sent by themselves, until that one stands alone. Its refusal is its own. Every
 * track keeps its key, so that a track that is sent again counts once.
 */
import { BrimError } from './brim-error.ts';
import type { KeyedTrack } from './outbox.ts';
import type { TrackAnswer } from './types.ts';

/** An error: the track was not taken, or it is not known whether it was. */
export type TrackResult = TrackAnswer | BrimError;

/** One request. @throws BrimError where it has no answer. */
export type SendTracks = (inputs: readonly KeyedTrack[]) => Promise<readonly TrackResult[]>;

/** As many as one request may have. */
const MAX_TRACKS = 1_000;

/**
 * Codes of a request that cannot be read: it is about one of the tracks, and nothing was executed.
 */
const UNREADABLE: readonly string[] = ['BAD_USER_INPUT', 'GRAPHQL'];

export async function sendTracks(inputs: readonly KeyedTrack[], send: SendTracks): Promise<readonly TrackResult[]> {
  const results: TrackResult[] = [];
  for (let start = 0; start < inputs.length; start += MAX_TRACKS) {
    results.push(...(await sendHalved(inputs.slice(start, start + MAX_TRACKS), send)));
  }
  return results;
}

async function sendHalved(inputs: readonly KeyedTrack[], send: SendTracks): Promise<readonly TrackResult[]> {
  try {
    return await send(inputs);
  } catch (error) {
    if (!(error instanceof BrimError)) throw error;
    if (!UNREADABLE.includes(error.code)) return inputs.map(() => error);
    if (inputs.length === 1) return [{ __typename: 'InvalidInputError', message: error.message, issues: [] }];
    const middle = Math.ceil(inputs.length / 2);
    return [...(await sendHalved(inputs.slice(0, middle), send)), ...(await sendHalved(inputs.slice(middle), send))];
  }
}

/**
 * The results in an answer to `trackBatch`, one for each of `inputs`. @throws BrimError where there
 * is none.
 */
export function readResults(
  answer: unknown,
  inputs: readonly KeyedTrack[],
  read: (result: unknown) => TrackAnswer,
): readonly TrackResult[] {
  const { results, message = 'Brim answered without results.' } = answer as { results?: readonly unknown[]; message?: string };
  if (results?.length !== inputs.length) throw new BrimError(message, { retryable: false, code: 'BAD_ANSWER' });
  return results.map((result) => {
    try {
      return read(result);
    } catch (error) {
      if (error instanceof BrimError) return error;
      throw error;
    }
  });
}
