/**
 * `@brim/client/codegen`: for apps that generate their own operations from Brim's schema with
 * GraphQL Code Generator. Brim's own are generated with the same mapping.
 */

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
