import {
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isLeafType,
  isListType,
  isObjectType,
  Kind,
  parse,
  printSchema,
} from 'graphql';
import { type FieldCost, SLICING_ARGUMENTS, STATEMENT_COST } from '../src/values/field-cost.ts';
import { DEFAULT_PAGE } from '../src/values/page.ts';

/**
 * Prints the schema with the costs of its fields as the directives of the cost specification, from
 * the declarations by which operations are counted (src/values/field-cost.ts).
 *
 * The specification counts a field of objects as one, and a leaf as nothing unless it says so. Brim
 * counts one for each. With `leaves` every leaf says so, which is for tools; without it the schema
 * stays readable. A list of leaves counts its items, too. A size that follows from other arguments
 * than these is printed as it is without them, and that of a batch is not printed: no directive
 * can say it.
 */

type Field = GraphQLField<unknown, unknown>;

export const COST_DIRECTIVES = `
"""What the field costs in points, each time it is resolved. Without it: one point."""
directive @cost(weight: String!) on FIELD_DEFINITION

"""How many items a list is counted with: the slicing argument, or the assumed size."""
directive @listSize(assumedSize: Int, slicingArguments: [String!], sizedFields: [String!], requireOneSlicingArgument: Boolean = true) on FIELD_DEFINITION
`;

export interface CostsOptions {
  readonly leaves: boolean;
  /** As Apollo's directive has them. Left out: text, as the specification has it. */
  readonly weightsAreNumbers?: boolean;
}

/** The printed schema, without the definitions of the directives of costs. */
export function withCosts(schema: GraphQLSchema, options: CostsOptions): string {
  let printed = printSchema(schema);
  for (const [place, directives] of additionsTo(printed, schema, options).reverse())
    printed = `${printed.slice(0, place)} ${directives}${printed.slice(place)}`;
  return printed;
}

/** What stands in schema.graphql. */
export function printWithCosts(schema: GraphQLSchema): string {
  return `${COST_DIRECTIVES.trim()}\n\n${withCosts(schema, { leaves: false })}`;
}

/** The directives of each field that has some, with the place behind the field. */
function additionsTo(
  printed: string,
  schema: GraphQLSchema,
  options: CostsOptions,
): [place: number, directives: string][] {
  return parse(printed).definitions.flatMap((node) => {
    const type = 'name' in node && node.name ? schema.getType(node.name.value) : undefined;
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION || !isObjectType(type)) return [];
    return (node.fields ?? []).flatMap(({ name, type: { loc } }): [number, string][] => {
      const field = type.getFields()[name.value];
      const directives = field && loc ? directivesOf(field, options) : '';
      return loc && directives ? [[loc.end, directives]] : [];
    });
  });
}

function directivesOf(field: Field, { leaves, weightsAreNumbers }: CostsOptions): string {
  const { statements = 0, list }: FieldCost = field.extensions.cost ?? {};
  const isLeaf = isLeafType(getNamedType(field.type));
  const size = typeof list === 'function' ? list(withoutArguments(field)) : list;
  const isSized = isListType(getNullableType(field.type)) && typeof size === 'number';
  const weight = 1 + statements * STATEMENT_COST + (isSized && isLeaf ? size : 0);
  const sizes = isSized && !isLeaf ? `@listSize(assumedSize: ${size})` : pageSize(field);
  const written = weightsAreNumbers ? weight : `"${weight}"`;
  const cost = weight !== 1 || (leaves && isLeaf) ? `@cost(weight: ${written})` : '';
  return [cost, sizes].filter(Boolean).join(' ');
}

/** Of a field whose slicing arguments are the size of the lists beneath it. */
function pageSize(field: Field): string {
  const type = getNamedType(field.type);
  const slicing = SLICING_ARGUMENTS.filter((name) => field.args.some((arg) => arg.name === name));
  if (!isObjectType(type) || slicing.length === 0) return '';
  const sized = Object.values(type.getFields())
    .filter(({ extensions }) => extensions.cost?.list === 'page')
    .map(({ name }) => JSON.stringify(name));
  const sizes = `assumedSize: ${DEFAULT_PAGE}, slicingArguments: ${JSON.stringify(slicing).replace(',', ', ')}`;
  return `@listSize(${sizes}, sizedFields: [${sized.join(', ')}], requireOneSlicingArgument: false)`;
}

function withoutArguments({ args }: Field) {
  return (name: string): unknown => args.find((argument) => argument.name === name)?.defaultValue;
}
