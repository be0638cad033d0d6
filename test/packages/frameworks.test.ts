/**
 * `@brim/client` in Next and with React 18: in the long run, because Next alone is hundreds of
 * megabytes.
 */
import { cp, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { patience } from '../support/deadlines.ts';
import { isLong } from '../support/long.ts';
import { pagesThatImport, RENDER } from './docs-code.ts';
import { asHere, openProject, type Packed, type Project, pack, ROOT } from './project.ts';

const NEXT = 'next@16.4.6';
/**
 * The newest that Next runs: it calls the compiler's programming interface, which version 7 does
 * not have.
 */
const TYPESCRIPT = 'typescript@5.9.3';
const REACT_18 = ['react@18.3.1', 'react-dom@18.3.1', '@types/react@18.3.32', '@types/react-dom@18.3.7'];
const VITE = path.join(ROOT, 'node_modules/vite/bin/vite.js');

describe.runIf(isLong)('@brim/client, in the long run', { timeout: patience(600_000) }, () => {
  const opened: Project[] = [];
  let packed: Packed;
  let files: Readonly<Record<string, string>>;
  const open = async () => {
    const project = await openProject();
    opened.push(project);
    return project;
  };

  beforeAll(async () => {
    packed = await pack('@brim/client', (await open()).folder);
    files = pagesThatImport().find(({ name }) => name === 'docs/live-balances-react.md')?.files ?? {};
  }, patience(300_000));
  afterAll(() => Promise.all(opened.map((project) => project.remove())));

  it('the layout and page of the docs are built and rendered by Next, with both of its bundlers', async () => {
    const project = await open();
    const page = await Promise.all(['react', 'react-dom', '@types/react', '@types/react-dom', '@types/node'].map(asHere));
    await project.install([packed.tarball, NEXT, TYPESCRIPT, ...page]);
    const app = ['layout', 'page', 'provider'].map((name) => [`app/${name}.tsx`, files[`live-balances-react/${name}.tsx`] ?? '']);
    // Next's own declarations do not pass where libraries are checked.
    const compilerOptions = { allowImportingTsExtensions: true, skipLibCheck: true, strict: true };
    await project.write({ ...Object.fromEntries(app), 'tsconfig.json': JSON.stringify({ compilerOptions }) });
    for (const bundler of ['turbopack', 'webpack']) {
      await rm(path.join(project.folder, '.next'), { recursive: true, force: true });
      await project.node('node_modules/next/dist/bin/next', 'build', `--${bundler}`);
      const html = await readFile(path.join(project.folder, '.next/server/app/index.html'), 'utf8');
      expect(html, bundler).toMatch(/<h1>Your messages<.*aria-busy="true"/);
    }
  });

  it('React 18 has the page of the docs, and hooks that suspend', async () => {
    const project = await open();
    await project.install([packed.tarball, ...REACT_18, 'react-test-renderer@18.3.1', TYPESCRIPT]);
    const compilerOptions = {
      ...{ strict: true, noEmit: true, skipLibCheck: false, module: 'nodenext', types: [], jsx: 'react-jsx' },
      ...{ lib: ['es2023', 'dom', 'dom.iterable', 'dom.asynciterable'], allowImportingTsExtensions: true },
    };
    const config = { compilerOptions, include: ['live-balances-react/*'] };
    await project.write({ ...files, 'render.tsx': RENDER, 'tsconfig.json': JSON.stringify(config) });
    await cp(path.join(import.meta.dirname, 'react-18.mjs'), path.join(project.folder, 'react-18.mjs'));
    expect(await project.check('tsconfig.json', path.join(project.folder, 'node_modules/typescript/bin/tsc'))).toBe('');
    await project.node(VITE, 'build', '--logLevel', 'error', '--ssr', 'render.tsx', '--outDir', 'rendered');
    expect(await project.node('rendered/render.js')).toContain('aria-busy="true"');
    const shown = JSON.parse(await project.node('react-18.mjs'));
    expect(shown).toEqual({ version: '18.3.1', good: '7', bad: 'error: No.' });
  });
});
