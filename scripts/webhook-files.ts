/**
 * What @brim/client knows of the webhooks' payloads, as text by file: their JSON schemas, and their
 * types.
 */
import { z } from 'zod';
import { payloadOf } from '../src/webhooks/model/payloads.ts';
import { WEBHOOK_EVENT_TYPES, type WebhookEventType } from '../src/webhooks/model/types.ts';

const FOLDER = 'packages/client/src/webhooks/generated/';
const HEADER = '/** Made from src/webhooks/model/payloads.ts by `npm run generate`. Do not edit. */\n';

type JsonSchema = z.core.JSONSchema.JSONSchema;

/** The schema of an event's body. Fields may be added, so others are not refused. */
function schemaOf(type: WebhookEventType): JsonSchema {
  return z.toJSONSchema(payloadOf(type), { io: 'input' });
}

export function webhookFiles(): ReadonlyMap<string, string> {
  const schemas = WEBHOOK_EVENT_TYPES.map((type) => [type, schemaOf(type)] as const);
  const parts = Object.assign({}, ...schemas.map(([, { $defs }]) => $defs)) as Record<string, JsonSchema>;
  const named = Object.entries(parts).map(
    ([name, part]) => `${commentOf(part, '')}export interface ${name} ${typeOf(part, '')}\n`,
  );
  const data = schemas.map(([type, { properties }]) => `  ${type}: ${typeOf(asSchema(properties?.['data']), '  ')};`);
  return new Map([
    [
      `${FOLDER}payloads.ts`,
      [
        HEADER,
        ...named,
        `/** The data of each type of event. */\nexport interface WebhookEventData {\n${data.join('\n')}\n}\n`,
      ].join('\n'),
    ],
    [`${FOLDER}schemas.ts`, schemasFile(schemas, parts)],
  ]);
}

/** The parts stand once, and each schema has all of them. */
function schemasFile(schemas: readonly (readonly [string, JsonSchema])[], parts: Readonly<Record<string, JsonSchema>>): string {
  const lines = schemas.map(([type, { $defs: _, ...schema }]) => `  ${type}: { ...${JSON.stringify(schema)}, $defs },`);
  return [
    `${HEADER}\nimport type { WebhookEventData } from './payloads.ts';\n`,
    `const $defs = ${JSON.stringify(parts)};\n`,
    '/** The JSON schema of the body of each type of event. */',
    'export const WEBHOOK_SCHEMAS: Readonly<Record<keyof WebhookEventData, Readonly<Record<string, unknown>>>> = {',
    ...lines,
    '};\n',
  ].join('\n');
}

/** A JSON schema as a type of TypeScript: as much of it as the payloads use. */
function typeOf(schema: JsonSchema, indent: string): string {
  const { $ref, anyOf, enum: values, type, items, properties, required = [] } = schema;
  if ($ref) return $ref.replace('#/$defs/', '');
  if (anyOf) return anyOf.map((each) => typeOf(asSchema(each), indent)).join(' | ');
  if ('const' in schema) return JSON.stringify(schema.const);
  if (values) return values.map((value) => `'${String(value)}'`).join(' | ');
  if (type === 'array') return `readonly ${typeOf(asSchema(items), indent)}[]`;
  if (type === 'object') {
    const inner = `${indent}  `;
    const fields = Object.entries(properties ?? {}).map(([name, field]) => {
      const part = asSchema(field);
      return `${commentOf(part, inner)}${inner}readonly ${name}${required.includes(name) ? '' : '?'}: ${typeOf(part, inner)};`;
    });
    return `{\n${fields.join('\n')}\n${indent}}`;
  }
  if (Array.isArray(type)) return type.map((each) => typeOf({ ...schema, type: each }, indent)).join(' | ');
  if (type === 'integer') return 'number';
  if (type === 'string' || type === 'boolean' || type === 'null') return type;
  throw new Error(`no type for ${JSON.stringify(schema)}`);
}

function commentOf({ description }: JsonSchema, indent: string): string {
  return description ? `${indent}/** ${description} */\n` : '';
}

function asSchema(schema: unknown): JsonSchema {
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) throw new Error('no JSON schema');
  return schema as JsonSchema;
}
