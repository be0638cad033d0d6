/**
 * `@brim/client/codegen`: for apps that write their own operations for Brim's schema, and have them
 * typed by GraphQL Code Generator or by gql.tada. Brim's own are generated with the same mapping.
 */
export type { introspection } from './generated/introspection.ts';

/**
 * How JSON carries each scalar of the schema: the `scalars` of a generator's configuration.
 *
 * A Decimal is exact: Brim answers with text and takes text or a number. A DateTime is text in ISO
 * 8601 and UTC. A SafeInt is a whole number that JavaScript's number type holds exactly.
 */
export const scalars = {
  ID: 'string',
  DateTime: 'string',
  Decimal: { input: 'string | number', output: 'string' },
  JSONObject: 'Record<string, unknown>',
  SafeInt: 'number',
} as const;

/** The same for gql.tada, which has one type for each scalar, in answers and in variables. */
export interface TadaScalars {
  ID: string;
  DateTime: string;
  Decimal: string;
  JSONObject: Record<string, unknown>;
  SafeInt: number;
}
