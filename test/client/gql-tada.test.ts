/**
 * gql.tada with the introspection of @brim/client: the compiler checks what the types below say,
 * and a Brim whether that is what it answers.
 */
import type { introspection, TadaScalars } from '@brim/client/codegen';
import { initGraphQLTada, type ResultOf, type VariablesOf } from 'gql.tada';
import { print } from 'graphql';
import { afterAll, beforeAll, expect, expectTypeOf, it } from 'vitest';
import type { TestBrim } from '../support/brim.ts';
import { createCustomer, createCustomerToken, MESSAGES, openShop } from '../support/shop.ts';

let brim: TestBrim;
beforeAll(async () => {
  brim = await openShop();
  await createCustomer(brim, 'ada');
});
afterAll(() => brim.close());

const graphql = initGraphQLTada<{ introspection: introspection; scalars: TadaScalars }>();

const MINE = graphql(`
  query Mine($featureId: ID!) {
    viewer {
      id
      balance(featureId: $featureId) {
        remaining
        version
        unlimited
        nextResetAt
      }
    }
  }
`);

it('types the answer and the variables of a document, nulls and scalars included', async () => {
  expectTypeOf<VariablesOf<typeof MINE>>().toEqualTypeOf<{ featureId: string }>();
  expectTypeOf<ResultOf<typeof MINE>>().toEqualTypeOf<{
    viewer: {
      id: string;
      balance: { remaining: string; version: number; unlimited: boolean; nextResetAt: string | null } | null;
    } | null;
  }>();
  const variables: VariablesOf<typeof MINE> = { featureId: MESSAGES };
  const answer: ResultOf<typeof MINE> = await brim.data(print(MINE), variables, await createCustomerToken(brim, 'ada'));
  expect(answer.viewer?.balance).toEqual({
    remaining: '10',
    version: expect.any(Number),
    unlimited: false,
    nextResetAt: null,
  });
});

it('types unions, enums and inputs, and makes a type of no field that the schema lacks', () => {
  const use = graphql(`
    mutation Use($input: TrackInput!) {
      track(input: $input) {
        __typename
        ... on TrackSuccess { applied entry { kind } }
        ... on Error { message }
      }
    }
  `);
  type Payload = NonNullable<ResultOf<typeof use>['track']>;
  expectTypeOf<Extract<Payload, { __typename: 'TrackSuccess' }>['applied']>().toEqualTypeOf<string>();
  expectTypeOf<'USAGE'>().toExtend<Extract<Payload, { __typename: 'TrackSuccess' }>['entry']['kind']>();
  expectTypeOf<VariablesOf<typeof use>['input']>().toHaveProperty('customerId').toEqualTypeOf<string>();
  const wrong = graphql('query { nothing }');
  expectTypeOf<ResultOf<typeof wrong>>().toEqualTypeOf<{ nothing: unknown }>();
  expect(print(use)).toContain('mutation Use');
});
