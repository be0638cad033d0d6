import { DomainError, UnavailableError } from '../errors.ts';

/** Asks the provider. @throws UnavailableError where its answer is not known, or where it does not know what it is asked about. */
export async function asking<Answer>(question: () => Promise<Answer>): Promise<Answer> {
  try {
    return await question();
  } catch (error) {
    if (error instanceof DomainError) throw error;
    throw new UnavailableError('The payment provider cannot be reached. Nothing was charged: try again in a moment.', {
      cause: error,
    });
  }
}
