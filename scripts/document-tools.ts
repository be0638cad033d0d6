/**
 * The operations of the clients as tools for agents: each query and mutation, with what the schema
 * says of it.
 */
import {
  type FieldNode,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isInputObjectType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { inputSchemaOf } from './input-schema.ts';

type Field = GraphQLField<unknown, unknown>;

/** A mutation with such a name adds something, and neither uses up nor ends anything. */
const ADDING = /^(create|grant)[A-Z]/;

const KEY = 'idempotencyKey';
const WITHOUT_KEY = `To be able to repeat this call without doing it twice, give it an ${KEY} of your own. Without one, each call gets a new one.`;

/** TypeScript with the list of them. An agent has no use for what a subscription would push. */
export function documentTools(operations: readonly OperationDefinitionNode[], schema: GraphQLSchema): string {
  const tools = operations.filter(({ operation }) => operation !== 'subscription').map((operation) => toolOf(operation, schema));
  return [
    "import type { DocumentTool } from '../document-tool.ts';",
    "import * as of from './texts.ts';\n",
    'export const TOOLS: readonly DocumentTool[] = [',
    ...tools.map(([document, tool]) => `  { document: of.${document}, ...${JSON.stringify(tool)} },`),
    '];\n',
  ].join('\n');
}

/** @returns the name of its text's constant, and all else. */
function toolOf(operation: OperationDefinitionNode, schema: GraphQLSchema) {
  const name = operation.name?.value ?? '';
  const [root] = fieldsOf(operation.selectionSet);
  const field = schema.getRootType(operation.operation)?.getFields()[root?.name.value ?? ''];
  if (!root || !field) throw new Error(`${name} begins with no field of the schema.`);
  const isMutation = operation.operation === 'mutation';
  const takesKey = isMutation && field.args.some(({ type }) => inputFieldsOf(type).some((each) => each.name === KEY));
  const tool = {
    // As the descriptions call mutations.
    name: `${name.charAt(0).toLowerCase()}${name.slice(1)}`,
    description: [field.description, ...partsOf(root, field), ...(takesKey ? [WITHOUT_KEY] : [])].join('\n'),
    takesKey,
    annotations: isMutation ? hintsOf(field) : { readOnlyHint: true, openWorldHint: false },
    inputSchema: inputSchemaOf(operation, schema),
  };
  return [`${name}Text`, tool] as const;
}

/** What a document reads of an object that others read other things of, such as a customer. */
function partsOf(root: FieldNode, { type }: Field): readonly string[] {
  const of = getNamedType(type);
  if (!isObjectType(of) || !of.getInterfaces().some(({ name }) => name === 'Node')) return [];
  return fieldsOf(root.selectionSet)
    .flatMap(({ name }) => of.getFields()[name.value] ?? [])
    .filter((field) => isCompositeType(getNamedType(field.type)))
    .map(({ name, description }) => `${name}: ${description}`);
}

function hintsOf({ name, args }: Field) {
  const isRequiredKey = (field: GraphQLInputField): boolean =>
    field.name === KEY ? isNonNullType(field.type) : inputFieldsOf(field.type).some(isRequiredKey);
  return {
    readOnlyHint: false,
    destructiveHint: !ADDING.test(name),
    idempotentHint: args.some(({ type }) => inputFieldsOf(type).some(isRequiredKey)),
  };
}

function inputFieldsOf(type: GraphQLInputType): readonly GraphQLInputField[] {
  const of = getNamedType(type);
  return isInputObjectType(of) ? Object.values(of.getFields()) : [];
}

function fieldsOf(set: SelectionSetNode | undefined): readonly FieldNode[] {
  return set?.selections.filter((each) => each.kind === Kind.FIELD) ?? [];
}
