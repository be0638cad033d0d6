/**
 * A field's arguments as the caller wrote them, one at a time: no scalar is parsed and nothing is checked, for this is read before
 * an operation runs, to reckon what it may cost.
 */
import { type FieldNode, type GraphQLField, Kind, type OperationDefinitionNode, valueFromASTUntyped } from 'graphql';
import type { ReadArgument } from '../../values/field-cost.ts';

/** The variables that were given, and the defaults of those that were not. */
export type Variables = Readonly<Record<string, unknown>>;

export function variablesOf(operation: OperationDefinitionNode, given: Variables | null | undefined): Variables {
  const variables: Record<string, unknown> = { ...given };
  for (const { variable, defaultValue } of operation.variableDefinitions ?? []) {
    const name = variable.name.value;
    if (defaultValue && variables[name] === undefined) variables[name] = valueFromASTUntyped(defaultValue);
  }
  return variables;
}

/** As the executor does it: what is left out, or is a variable that nobody gave, has the argument's default. */
export function readArgumentsOf(node: FieldNode, field: GraphQLField<unknown, unknown>, variables: Variables): ReadArgument {
  return (name) => {
    const written = node.arguments?.find((argument) => argument.name.value === name)?.value;
    const value =
      written && (written.kind === Kind.VARIABLE ? variables[written.name.value] : valueFromASTUntyped(written, variables));
    return value === undefined ? field.args.find((argument) => argument.name === name)?.defaultValue : value;
  };
}
