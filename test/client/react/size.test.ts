import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { describe, expect, it } from 'vitest';

const ENTRY = new URL('../../../packages/client/src/react/index.ts', import.meta.url).pathname;
const BUDGET_BYTES = 10_500;

describe('@brim/client/react', () => {
  it('is some 10 kB at most, minified and gzipped, beside react and what it depends on', async () => {
    const built = await build({
      configFile: false,
      logLevel: 'silent',
      oxc: { jsx: { runtime: 'automatic', development: false } },
      build: {
        write: false,
        minify: 'oxc',
        target: 'es2022',
        lib: { entry: ENTRY, formats: ['es'] },
        rollupOptions: { external: [/^react/, 'graphql-ws', 'eventsource-parser'], output: { minify: true } },
      },
    });
    const [output] = Array.isArray(built) ? built.flatMap((each) => each.output) : [];
    if (output?.type !== 'chunk') throw new Error('vite built nothing');
    expect(output.imports.toSorted()).toEqual(['eventsource-parser', 'graphql-ws', 'react', 'react/jsx-runtime']);
    const bytes = gzipSync(output.code, { level: 9 }).byteLength;
    console.info(`@brim/client/react is ${bytes} bytes gzipped.`);
    expect(bytes).toBeLessThanOrEqual(BUDGET_BYTES);
  });
});
