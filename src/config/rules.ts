/** Rules that join several variables, as refinements of the environment's schema. */
import { z } from 'zod';

export interface Mode {
  readonly NODE_ENV: 'production' | 'development' | 'test';
}

export function isProduction({ NODE_ENV }: Mode): boolean {
  return NODE_ENV === 'production';
}

/**
 * Refuses a variable because of others. It is asked even where values are refused, so that every
 * problem is reported at once. A refused value is still the text, or the list, that was given.
 */
export function rule<Variables>(name: keyof Variables & string, isKept: (variables: Variables) => boolean, sentence: string) {
  return z.refine<Variables>(isKept, { path: [name], error: sentence, when: () => true });
}

/**
 * What only production wants of a variable. It is asked where the variable has no other problem.
 */
export function productionRule<Variables extends Mode>(
  name: keyof Variables & string,
  isKept: (variables: Variables) => boolean,
  sentence: string,
) {
  return z.refine<Variables>((variables) => !isProduction(variables) || isKept(variables), {
    path: [name],
    error: sentence,
    when: ({ issues }) => !issues.some(({ path }) => path?.[0] === name),
  });
}
