/**
 * The cost of a schema field, declared where the field is defined. It is among the values because
 * the schema declares it and the server counts with it.
 *
 * A list declares its size: exactly where its arguments tell, otherwise an estimate. A field that
 * sends statements of its own, which are not batched with those of other fields, declares their
 * number. The declaration is stored in the field's extensions; the server reads it before an
 * operation runs.
 */
export interface FieldCost {
  /** The size of the list. Every list of the schema must declare it. */
  readonly list?: ListSize;
  /** The size of lists beneath this field that declare 'page'. Left out: the SLICING_ARGUMENTS. */
  readonly page?: (argument: ReadArgument) => number;
  /** The number of statements that the field sends by itself. */
  readonly statements?: number;
}

/**
 * A number where it is an estimate; 'page' where a field above knows it, as for the nodes and edges
 * of a connection; otherwise computed from the arguments.
 */
export type ListSize = number | 'page' | ((argument: ReadArgument) => number);

/**
 * Reads an argument by its name, as the caller wrote it, without parsing scalars. undefined where
 * it is left out and has no default.
 */
export type ReadArgument = (name: string) => unknown;

/**
 * A statement occupies the database and a connection for 1 to 2 ms, as long as some hundred values
 * take.
 */
export const STATEMENT_COST = 100;

/** The arguments that are the size of a page. */
export const SLICING_ARGUMENTS = ['first', 'last'] as const;

/** The extensions of a field with this cost. */
export function declareCost(cost: FieldCost): { readonly cost: FieldCost } {
  return { cost };
}

/**
 * The length of the list in an argument; `otherwise` where none is given. A single value is a list
 * of one.
 */
export function lengthOf(given: unknown, otherwise: number): number {
  if (given === undefined || given === null) return otherwise;
  return Array.isArray(given) ? given.length : 1;
}
