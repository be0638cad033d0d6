/**
 * Refuses an operation whose secret key was not made for it, before anything of it runs.
 *
 * What an operation needs follows from its document: the scopes of its root fields, and of the
 * types that it selects from. The schema declares them in the extensions of both. So a mutation is
 * never done and then refused its answer. What `@skip` leaves out is needed all the same. A root
 * key needs nothing, and nothing is counted for it.
 */
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  getOperationAST,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { hasIssuedKey } from '../../access/actor.ts';
import type { Caller } from '../../access/budgets.ts';
import { hasScope, MissingScopeError, type NeededScopes, type TypeScopes } from '../../values/key-scope.ts';

declare module 'graphql' {
  interface GraphQLFieldExtensions<_TSource, _TContext, _TArgs> {
    readonly scopes?: NeededScopes;
  }
  interface GraphQLObjectTypeExtensions<_TSource, _TContext> {
    readonly scopes?: TypeScopes;
  }
}

interface Scoped {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operationName?: string | null | undefined;
}

/** What needs scopes, by its name: "Mutation.track". */
type Needs = ReadonlyMap<string, NeededScopes>;

/** The refusal of a valid operation; undefined where the caller's key may do it. */
export function refuseScopes(operation: Scoped, caller: Caller | undefined): MissingScopeError | undefined {
  if (!caller || !hasIssuedKey(caller.actor)) return undefined;
  const { scopes } = caller.actor;
  for (const [what, needed] of needsOf(operation)) if (!hasScope(scopes, needed)) return new MissingScopeError(what, needed);
  return undefined;
}

/** They are freed with their documents. */
const known = new WeakMap<OperationDefinitionNode, { readonly schema: GraphQLSchema; readonly needs: Needs }>();

function needsOf({ schema, document, operationName }: Scoped): Needs {
  const operation = getOperationAST(document, operationName);
  const root = operation && schema.getRootType(operation.operation);
  if (!root) return new Map();
  const before = known.get(operation);
  if (before?.schema === schema) return before.needs;
  const needs = new Map<string, NeededScopes>();
  collect(operation.selectionSet, root, { schema, needs, fragments: fragmentsOf(document) });
  known.set(operation, { schema, needs });
  return needs;
}

interface Collecting {
  readonly schema: GraphQLSchema;
  readonly needs: Map<string, NeededScopes>;
  /** Those that were not met yet: each is looked through once. */
  readonly fragments: Map<string, FragmentDefinitionNode>;
}

function fragmentsOf({ definitions }: DocumentNode): Map<string, FragmentDefinitionNode> {
  return new Map(
    definitions.flatMap((node) => (node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node] as const] : [])),
  );
}

function collect({ selections }: SelectionSetNode, type: GraphQLCompositeType, collecting: Collecting): void {
  const { schema, fragments } = collecting;
  const within = (selectionSet: SelectionSetNode, named: GraphQLNamedType | undefined) => {
    if (isCompositeType(named)) collect(selectionSet, named, collecting);
  };
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) collectField(selection.name.value, type, collecting);
    if (selection.kind === Kind.FIELD && selection.selectionSet) {
      const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[selection.name.value] : undefined;
      if (field) within(selection.selectionSet, getNamedType(field.type));
    } else if (selection.kind === Kind.INLINE_FRAGMENT) {
      const { typeCondition, selectionSet } = selection;
      within(selectionSet, typeCondition ? schema.getType(typeCondition.name.value) : type);
    } else if (selection.kind === Kind.FRAGMENT_SPREAD) {
      const fragment = fragments.get(selection.name.value);
      fragments.delete(selection.name.value);
      if (fragment) within(fragment.selectionSet, schema.getType(fragment.typeCondition.name.value));
    }
  }
}

/** Of those that are added to the schema while Brim starts, such as a subgraph's. */
const OF_OTHER_QUERIES: NeededScopes = ['READ'];

/** A field that an interface has may be of each of its types. */
function collectField(name: string, type: GraphQLCompositeType, { schema, needs }: Collecting): void {
  const types = isObjectType(type) ? [type] : schema.getPossibleTypes(type);
  for (const each of types) {
    const field = each.getFields()[name];
    if (!field) continue;
    const { scopes: ofType } = each.extensions;
    const what = `${each.name}.${name}`;
    const ofField = field.extensions.scopes ?? (each === schema.getQueryType() ? OF_OTHER_QUERIES : undefined);
    if (ofField) needs.set(what, ofField);
    if (ofType && !ofType.free.includes(name)) needs.set(what, ofType.needs);
  }
}
