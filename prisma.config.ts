import { defineConfig } from 'prisma/config';

// The CLI downloads a schema engine that `generate` never runs. Any existing file stands in for it, so that
// generating the client needs no network.
if (process.argv.includes('generate')) process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= process.execPath;

export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  datasource: { url: process.env.DATABASE_URL ?? '' },
});
