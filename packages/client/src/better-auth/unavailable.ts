/** What a user is told where Brim cannot be reached. */
import { APIError } from 'better-auth/api';
import { BrimError } from '../server/brim-error.ts';
import type { Logger } from './customers.ts';
import { BRIM_ERROR_CODES } from './error-codes.ts';

/** @throws APIError BRIM_UNAVAILABLE in the place of a BrimError: why it is so is in the log. */
export async function orUnavailable<Value>(asked: Promise<Value>, logger: Logger): Promise<Value> {
  try {
    return await asked;
  } catch (error) {
    if (!(error instanceof BrimError)) throw error;
    logger.error(`Brim has no answer for a user (${error.code}): ${error.message}`);
    throw APIError.from('SERVICE_UNAVAILABLE', BRIM_ERROR_CODES.BRIM_UNAVAILABLE);
  }
}
