/**
 * The two types that Brim pushes, the field that orders their states, and the fields that belong to
 * one state: the fields of their fragments that contain no object with an id. A client that has
 * version 7 of a balance ignores version 6.
 */
import { type DocumentNode, Kind } from 'graphql';
import { BalanceFieldsFragmentDoc, PurchaseFieldsFragmentDoc } from './documents.ts';

export interface Versioned {
  readonly order: string;
  /** The fields that are read and replaced together: `id`, the ordering field and the rest. */
  readonly state: readonly string[];
}

export const VERSIONED: ReadonlyMap<string, Versioned> = new Map([
  ['Balance', { order: 'version', state: leavesOf(BalanceFieldsFragmentDoc) }],
  ['Purchase', { order: 'revision', state: leavesOf(PurchaseFieldsFragmentDoc) }],
]);

/**
 * The names of the schema's fields that return one of them. A test compares them with the schema.
 */
export const FIELDS: ReadonlyMap<string, Versioned | undefined> = new Map([
  ['balance', VERSIONED.get('Balance')],
  ['balances', VERSIONED.get('Balance')],
  ['purchase', VERSIONED.get('Purchase')],
  ['purchaseChanged', VERSIONED.get('Purchase')],
]);

function leavesOf({ definitions }: DocumentNode): readonly string[] {
  return definitions
    .flatMap((definition) => (definition.kind === Kind.FRAGMENT_DEFINITION ? definition.selectionSet.selections : []))
    .flatMap((field) => (field.kind === Kind.FIELD && !field.selectionSet ? [field.name.value] : []));
}
