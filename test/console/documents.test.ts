import { readFileSync } from 'node:fs';
import { buildSchema, parse, validate } from 'graphql';
import { expect, it } from 'vitest';
import * as generated from '../../packages/console/src/documents/generated/texts.ts';

const SCHEMA = buildSchema(readFileSync(new URL('../../schema/schema.graphql', import.meta.url), 'utf8'));

it.each(Object.entries(generated))('%s is what the schema has', (_name, document) => {
  expect(validate(SCHEMA, parse(document))).toEqual([]);
});
