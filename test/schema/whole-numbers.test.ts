/**
 * Every argument and input field of type Int gets the extreme values: Brim answers or refuses with
 * a code.
 */
import { type GraphQLInputType, getNamedType, isInputObjectType } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callOf, ROOTS, waysFrom } from '../access-matrix/documents.ts';
import type { TestBrim } from '../support/brim.ts';
import { createCustomer, openShop } from '../support/shop.ts';

const EXTREMES = ['-2147483648', '-1', '0', '2147483647', '2147483648', '9007199254740992'];

/** The paths of the Int fields below an input. */
function intNames(name: string, type: GraphQLInputType, seen: readonly GraphQLInputType[] = []): readonly string[] {
  const named = getNamedType(type);
  if (named.name === 'Int') return [name];
  if (!isInputObjectType(named) || seen.includes(named)) return [];
  return Object.values(named.getFields()).flatMap((field) => intNames(field.name, field.type, [...seen, named]));
}

const OPERATIONS = { Query: 'query', Mutation: 'mutation' } as const;
const roots = (['Query', 'Mutation'] as const).flatMap((root) =>
  ROOTS[root].flatMap((field) =>
    [...new Set(field.args.flatMap((arg) => intNames(arg.name, arg.type)))].map(
      (name) => [OPERATIONS[root], field, name] as const,
    ),
  ),
);
const below = ROOTS.Query.filter(({ name }) => name === 'customer').flatMap((customer) =>
  [...waysFrom(customer).values()].flatMap((way) => {
    const field = way.at(-1);
    const names = field && way.length > 1 ? field.args.flatMap((arg) => intNames(arg.name, arg.type)) : [];
    return names.map((name) => [way, name] as const);
  }),
);

describe('the extreme values of Int', () => {
  let brim: TestBrim;
  beforeAll(async () => {
    brim = await openShop();
    await createCustomer(brim, 'id');
    await createCustomer(brim, 'customerId');
  });
  afterAll(() => brim.close());

  const codesOf = async (document: string) => {
    const { errors = [], data } = await brim.query(document);
    return { codes: errors.map(({ extensions }) => extensions?.['code']), data };
  };

  it('have many places in the schema', () => expect(roots.length + below.length).toBeGreaterThan(8));

  it.each(roots.map(([operation, field, name]) => [operation, field.name, name, field] as const))(
    'never end as INTERNAL in %s %s(%s)',
    async (operation, _, name, field) => {
      for (const value of EXTREMES) {
        const { codes } = await codesOf(`${operation} { ${callOf(field, { [name]: value })} }`);
        expect(codes, `${name}: ${value}`).not.toContain('INTERNAL');
      }
    },
  );

  it.each(below.map(([way, name]) => [way.map((field) => field.name).join('.'), name, way] as const))(
    'never end as INTERNAL in %s(%s)',
    async (_, name, way) => {
      for (const value of EXTREMES) {
        const document = way.reduceRight<string | undefined>(
          (inner, field, index) =>
            callOf(field, index === way.length - 1 ? { [name]: value } : {}, inner === undefined ? undefined : `{ ${inner} }`),
          undefined,
        );
        const { codes } = await codesOf(`{ ${document} }`);
        expect(codes, document).not.toContain('INTERNAL');
        expect(codes, document).not.toContain('GRAPHQL_PARSE_FAILED');
      }
    },
  );
});
