import { defaultServerConditions } from 'vite';
import { defineConfig } from 'vitest/config';
import { PATIENCE_MS, patience } from './test/support/deadlines.ts';

export default defineConfig({
  resolve: {
    // graphql 16 has a CommonJS and an ES module entry. Vite would load one and Pothos the other, and each refuses the
    // other's types.
    alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }],
  },
  // The clients as they are here, not as they were built last; and packages as Node resolves them, which knows no `module`:
  // those of OpenTelemetry have ES modules under it that Node cannot load.
  ssr: { resolve: { conditions: ['@brim/source', ...defaultServerConditions.filter((each) => each !== 'module')] } },
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/support/patience.ts', 'test/support/stripe-watch.ts'],
    expect: { poll: { timeout: PATIENCE_MS } },
    globalSetup: ['test/support/global-setup.ts'],
    runner: 'test/support/runner.ts',
    reporters: ['default', './test/support/stuck-files.ts'],
    pool: 'forks',
    // Test files share a process, one after another: loading the app anew for each is most of what they cost. None changes modules.
    isolate: false,
    maxWorkers: 3,
    testTimeout: patience(30_000),
    hookTimeout: patience(60_000),
    teardownTimeout: patience(30_000),
  },
});
