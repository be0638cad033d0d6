/**
 * What a field of the schema may cost, said where the field is defined.
 *
 * A list says how many things it holds: exactly where its arguments tell, else how many it usually holds. A field that asks the
 * database a question of its own, which no other field's question is joined to, says so too. It stands among the field's
 * extensions; the edge counts with it before an operation runs.
 */
export interface FieldCost {
  /** How many things the list holds. Every list of the schema must say it. */
  readonly list?: ListSize;
  /** How long the lists beneath are that say 'page'; left out: what the argument `first` says. */
  readonly page?: (argument: ReadArgument) => number;
  /** How many statements the field sends by itself. */
  readonly statements?: number;
}

/**
 * A number where nothing tells how many there will be; 'page' where a field above tells, as `first` does for the nodes and edges
 * of a connection; else what the arguments say.
 */
export type ListSize = number | 'page' | ((argument: ReadArgument) => number);

/** An argument by its name, as the caller wrote it: no scalar is parsed. undefined where it is left out and has no default. */
export type ReadArgument = (name: string) => unknown;

/** The extensions of a field that costs this. */
export function declareCost(cost: FieldCost): { readonly cost: FieldCost } {
  return { cost };
}

/** How long the list given as an argument is; `otherwise` where none is given. One thing alone is a list of one. */
export function lengthOf(given: unknown, otherwise: number): number {
  if (given === undefined || given === null) return otherwise;
  return Array.isArray(given) ? given.length : 1;
}
