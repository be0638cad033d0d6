/**
 * Reads a field's arguments as the caller wrote them. It parses no scalar and checks nothing,
 * because it computes the cost before an operation runs.
 */
import { type FieldNode, type GraphQLField, Kind, type OperationDefinitionNode, valueFromASTUntyped } from 'graphql';
import type { ReadArgument } from '../../values/field-cost.ts';

/** The given variables, and the defaults of those that were left out. */
export type Variables = Readonly<Record<string, unknown>>;

export function variablesOf(operation: OperationDefinitionNode, given: Variables | null | undefined): Variables {
  const variables: Record<string, unknown> = { ...given };
  for (const { variable, defaultValue } of operation.variableDefinitions ?? []) {
    const name = variable.name.value;
    if (defaultValue && variables[name] === undefined) variables[name] = valueFromASTUntyped(defaultValue);
  }
  return variables;
}

/** The same variables, with a callback for each that is read, given or not. */
export function watchReads(variables: Variables, onRead: () => void): Variables {
  return new Proxy(variables, {
    get(target, name) {
      onRead();
      return Reflect.get(target, name);
    },
  });
}

/**
 * As the executor does it: an argument that is left out, or whose variable was not given, has its
 * default.
 */
export function readArgumentsOf(node: FieldNode, field: GraphQLField<unknown, unknown>, variables: Variables): ReadArgument {
  return (name) => {
    const written = node.arguments?.find((argument) => argument.name.value === name)?.value;
    const value =
      written && (written.kind === Kind.VARIABLE ? variables[written.name.value] : valueFromASTUntyped(written, variables));
    return value === undefined ? field.args.find((argument) => argument.name === name)?.defaultValue : value;
  };
}
