/**
 * Tells whoever measures it which errors leave. Where an operation's fact has an error already, the
 * fact about the error says so, so that nobody logs both.
 */
import type { GraphQLError } from 'graphql';
import { type Facts, facts } from '../../platform/facts.ts';

const refusals = facts('refusal');

export function tellRefusal(refusal: Facts['refusal']): void {
  if (refusals.isHeard) refusals.publish(refusal);
}

/** An error is the same object until it is shown. */
const told = new WeakSet<GraphQLError>();

/** The fact about their operation has these errors. */
export function noteTold(errors: readonly GraphQLError[]): void {
  for (const error of errors) told.add(error);
}

export function isTold(error: GraphQLError): boolean {
  return told.has(error);
}
