/**
 * Compares a migrated database with prisma/schema.prisma, by Prisma's schema engine as WebAssembly
 * (the engine of its command line is a download).
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from '@prisma/driver-adapter-utils';

const SCHEMA_FILE = path.resolve(import.meta.dirname, '../../prisma/schema.prisma');

/**
 * The SQL that leads from the database to the schema, and so the next migration's beginning; empty
 * when they agree. What Prisma's schema language cannot say (triggers, functions, checks, partial
 * indexes) is no difference.
 * @param url of a database that has every migration
 */
export async function diffMigrationsAgainstSchema(url: string): Promise<string> {
  const content = await readFile(SCHEMA_FILE, 'utf8');
  const { SchemaEngine } = await loadSchemaEngine();
  const adapter = bindMigrationAwareSqlAdapterFactory(readableBy(new PrismaPg({ connectionString: url })));
  const engine = await SchemaEngine.new({ datamodels: undefined }, () => undefined, adapter);
  try {
    const { stdout } = await engine.diff({
      from: {
        tag: 'schemaDatasource',
        files: [{ path: 'schema.prisma', content }],
        configDir: path.dirname(SCHEMA_FILE),
      },
      to: { tag: 'schemaDatamodel', files: [{ path: 'schema.prisma', content }] },
      script: true,
      exitCode: null,
      filters: { externalTables: [], externalEnums: [] },
    });
    // An empty difference is told in a comment.
    return (stdout ?? '').replace(/^--.*$/gm, '').trim() && (stdout ?? '');
  } finally {
    engine.free();
  }
}

/**
 * Three columns that the engine asks the catalogue for have PostgreSQL's type `"char"`, which the
 * adapter does not know. They are read as text, and handed on as the single characters that they
 * are.
 */
function readableBy(adapters: PrismaPg): PrismaPg {
  const connect = adapters.connect.bind(adapters);
  adapters.connect = async () => {
    const adapter = await connect();
    const queryRaw = adapter.queryRaw.bind(adapter);
    adapter.queryRaw = async (query) => {
      const sql = query.sql.replace(/\b(con\.confdeltype|con\.confupdtype|constr\.contype)(?=,\n| AS )/g, '$1::text');
      const result = await queryRaw({ ...query, sql });
      const columnTypes = result.columnTypes.map((type, column) =>
        CHARACTER_COLUMNS.has(result.columnNames[column] ?? '') ? ColumnTypeEnum.Character : type,
      );
      return { ...result, columnTypes };
    };
    return adapter;
  };
  return adapters;
}

const CHARACTER_COLUMNS = new Set(['confdeltype', 'confupdtype', 'constraint_type']);

type SchemaEngineModule = typeof import('@prisma/schema-engine-wasm/schema_engine_bg');
let loading: Promise<SchemaEngineModule> | undefined;

/** Once per process: the module keeps views of one engine's memory. */
function loadSchemaEngine(): Promise<SchemaEngineModule> {
  loading ??= instantiateSchemaEngine();
  return loading;
}

/** The package's own entry imports the .wasm file as a module, which Node 20 does not do. */
async function instantiateSchemaEngine(): Promise<SchemaEngineModule> {
  const glue = await import('@prisma/schema-engine-wasm/schema_engine_bg');
  const gluePath = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm/schema_engine_bg');
  const binary = await readFile(gluePath.replace(/\.js$/, '.wasm'));
  const { instance } = await WebAssembly.instantiate(binary, { './schema_engine_bg.js': { ...glue } });
  const start = instance.exports['__wbindgen_start'];
  if (typeof start !== 'function') throw new Error(`${gluePath} is not the schema engine that is known here.`);
  glue.__wbg_set_wasm(instance.exports);
  start();
  return glue;
}
