/**
 * The costs that are printed: read from the SDL alone, as the cost specification says, they come to
 * what Brim counts.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import {
  buildSchema,
  type DirectiveNode,
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  Kind,
  type OperationDefinitionNode,
  parse,
  type SelectionSetNode,
  valueFromASTUntyped,
} from 'graphql';
import { beforeAll, describe, expect, it } from 'vitest';
import { schema } from '../../schema/index.ts';
import { COST_DIRECTIVES, printWithCosts, withCosts } from '../../schema/print-schema.ts';
import { costOf } from '../../src/server/limits/document-cost.ts';

/** The exact form, as tools get it. */
let printed: GraphQLSchema;
beforeAll(() => {
  printed = buildSchema(`${COST_DIRECTIVES}\n${withCosts(schema, { leaves: true })}`);
});

interface Sizes {
  readonly assumedSize?: number;
  readonly slicingArguments?: readonly string[];
  readonly sizedFields?: readonly string[];
}

function argumentsOf(directives: readonly DirectiveNode[] | undefined, name: string): Record<string, unknown> | undefined {
  const found = directives?.find((directive) => directive.name.value === name);
  return found && Object.fromEntries(found.arguments?.map((each) => [each.name.value, valueFromASTUntyped(each.value)]) ?? []);
}

/** The field cost of the specification, with nothing known but the SDL. */
function fieldCost(of: GraphQLSchema, text: string): number {
  const document = parse(text);
  const fragments = new Map(
    document.definitions.flatMap((node) => (node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node] as const] : [])),
  );
  type Sized = { readonly names: readonly string[]; readonly size: number };
  const applies = (condition: string | undefined, type: GraphQLCompositeType) => {
    const wanted = condition === undefined || condition === type.name ? undefined : of.getType(condition);
    return wanted === undefined || (isAbstractType(wanted) && of.getPossibleTypes(wanted).some(({ name }) => name === type.name));
  };
  const count = (set: SelectionSetNode, type: GraphQLCompositeType, sized: Sized): number => {
    if (isAbstractType(type)) return Math.max(...of.getPossibleTypes(type).map((each) => count(set, each, sized)));
    return set.selections.reduce((sum, node) => {
      if (node.kind === Kind.FIELD) return sum + countField(node, type, sized);
      const fragment = node.kind === Kind.FRAGMENT_SPREAD ? fragments.get(node.name.value) : node;
      return fragment && applies(fragment.typeCondition?.name.value, type)
        ? sum + count(fragment.selectionSet, type, sized)
        : sum;
    }, 0);
  };
  const countField = (node: FieldNode, type: GraphQLCompositeType, sized: Sized): number => {
    if (node.name.value === '__typename' || !('getFields' in type)) return 1;
    const field = type.getFields()[node.name.value];
    if (!field) throw new Error(`${type.name}.${node.name.value}`);
    const named = getNamedType(field.type);
    const weight = argumentsOf(field.astNode?.directives, 'cost')?.['weight'];
    const own = weight === undefined ? (isCompositeType(named) ? 1 : 0) : Number(weight);
    if (!node.selectionSet || !isCompositeType(named)) return own;
    const sizes: Sizes = argumentsOf(field.astNode?.directives, 'listSize') ?? {};
    const given = (sizes.slicingArguments ?? []).flatMap((name) => {
      const written = node.arguments?.find((each) => each.name.value === name)?.value;
      return written ? [Number(valueFromASTUntyped(written))] : [];
    });
    const size = given.length > 0 ? Math.max(...given) : (sizes.assumedSize ?? 1);
    const beneath = count(node.selectionSet, named, { names: sizes.sizedFields ?? [], size });
    const times = sizes.sizedFields ? 1 : sized.names.includes(node.name.value) ? sized.size : size;
    return own + times * beneath;
  };
  const operation = document.definitions.find((node): node is OperationDefinitionNode => node.kind === Kind.OPERATION_DEFINITION);
  const root = operation && of.getRootType(operation.operation);
  return operation && root ? count(operation.selectionSet, root, { names: [], size: 1 }) : 0;
}

const brimCost = (text: string) => costOf({ schema, document: parse(text) });

describe('the printed costs', () => {
  it.each(
    [
      '{ viewer { id name createdAt metadata } }',
      '{ customers(first: 50) { nodes { id balances { id remaining grants { id } } } edges { cursor node { id } } pageInfo { endCursor } } }',
      '{ customers { nodes { ledger(first: 7) { nodes { id kind allocations { amount grant { id } } } } purchases { nodes { plan { items { feature { id } } } } } } } }',
      '{ customers(last: 50) { totalCount nodes { id ledger(last: 3, before: "x") { nodes { id } } } } }',
      '{ webhookEndpoints { id events } auditLog(first: 3) { nodes { id operation } } features { id creditCosts { cost } } }',
      'mutation { track(input: { customerId: "a", featureId: "b" }) { __typename ... on TrackSuccess { entries { id } balance { remaining } } ... on InvalidInputError { issues { path message } } ... on Error { message } } }',
      'subscription { balanceChanged { cause balance { ...B } } } fragment B on Balance { id remaining feature { id name } }',
    ].map((text) => [text]),
  )('come to what is counted: %s', (text) => {
    expect(fieldCost(printed, text)).toBe(brimCost(text));
  });

  it('come to it for every document of @brim/client without a batch', () => {
    const folder = path.resolve(import.meta.dirname, '../../packages/client/src/documents');
    const files = readdirSync(folder).filter((name) => name.endsWith('.graphql'));
    const all = parse(files.map((name) => readFileSync(path.join(folder, name), 'utf8')).join('\n'));
    const text = (node: { loc?: { start: number; end: number; source: { body: string } } }) =>
      node.loc ? node.loc.source.body.slice(node.loc.start, node.loc.end) : '';
    const fragments = all.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION).map(text);
    const operations = all.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
    const single = operations.filter((node) => !/trackBatch|importBalances|featureIds|\$first|\$from/.test(text(node)));
    expect(single.length).toBeGreaterThan(15);
    for (const node of single) {
      const whole = `${text(node)}\n${fragments.join('\n')}`;
      expect([node.name?.value, fieldCost(printed, whole)]).toEqual([node.name?.value, brimCost(whole)]);
    }
  });

  it('stand in schema.graphql where they are not one', () => {
    const text = printWithCosts(schema);
    expect(text).toContain(
      '@listSize(assumedSize: 20, slicingArguments: ["first", "last"], sizedFields: ["edges", "nodes"], requireOneSlicingArgument: false)',
    );
    expect(text).toMatch(/auditLog\([\s\S]*?\): AuditEntryConnection @cost\(weight: "301"\) @listSize/);
    expect(text).toContain('events: [WebhookEventType!]! @cost(weight: "15")');
    expect(text).toMatch(/\n {2}remaining: Decimal!\n/);
  });
});
