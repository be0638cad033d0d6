/** `@brim/client` as people get it: packed, and installed into a project elsewhere. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { patience } from '../support/deadlines.ts';
import { type Page, pagesThatImport, RENDER } from './docs-code.ts';
import { asHere, NoRegistryError, openProject, type Packed, type Project, pack, ROOT } from './project.ts';

/** The introspection as a type takes 10,000 of them, and what agents get 20,000. */
const MAX_PACKED_BYTES = 240_000;
/** With what it depends on, and nothing that an app chooses. */
const MAX_INSTALLED_BYTES = 5_000_000;
const VITE = path.join(ROOT, 'node_modules/vite/bin/vite.js');
const ENTRIES = [
  ...['server', 'react', 'apollo', 'urql', 'codegen', 'webhooks', 'openfeature', 'mcp'],
  ...['better-auth', 'better-auth/client'],
];

describe('@brim/client', { timeout: patience(240_000) }, () => {
  let project: Project;
  let packed: Packed;
  let pages: readonly Page[];
  let bytesAlone: number;
  let unreachable: NoRegistryError | undefined;

  beforeAll(async () => {
    pages = pagesThatImport();
    project = await openProject();
    packed = await pack('@brim/client', project.folder);
    try {
      await project.install([packed.tarball]);
      bytesAlone = bytesIn(path.join(project.folder, 'node_modules'));
      const others = [...new Set(pages.flatMap(({ text }) => installedBy(text)))].filter((name) => name !== '@brim/client');
      const page = ['react', 'react-dom', '@types/react', '@types/react-dom'];
      await project.install(await Promise.all([...page, ...others].map(asHere)));
    } catch (error) {
      if (!(error instanceof NoRegistryError) || process.env['CI']) throw error;
      unreachable = error;
    }
    for (const { files } of pages) await project.write(files);
  }, patience(240_000));
  afterAll(() => project.remove());

  /** In CI the registry must be there; elsewhere the report says what was not tried, and why. */
  const inProject = (name: string, test: () => Promise<void>) =>
    it(name, async (context: TestContext) => {
      if (unreachable) context.skip(`the npm registry cannot be reached: ${unreachable.message}`);
      await test();
    });

  it('has modules, source maps, declarations, its documents, a licence and a README, and nothing else', () => {
    const [known, other] = partition(packed.files, (file) => /^dist\/.*\.(js|js\.map|d\.ts)$/.test(file));
    expect(other.toSorted()).toEqual(['LICENSE', 'README.md', 'dist/trusted.json', 'package.json']);
    expect(known).toEqual(expect.arrayContaining(ENTRIES.map((entry) => expect.stringContaining(`dist/${entry}`))));
    const modules = known.filter((file) => file.endsWith('.js'));
    expect(known.filter((file) => file.endsWith('.map'))).toEqual(modules.map((file) => `${file}.map`));
    console.info(`@brim/client is ${packed.bytes} bytes packed.`);
    expect(packed.bytes).toBeLessThan(MAX_PACKED_BYTES);
  });

  it('has source maps with their sources', () => {
    const maps = packed.files.filter((file) => file.endsWith('.map'));
    for (const file of maps) {
      const map = JSON.parse(readFileSync(path.join(ROOT, 'packages/client', file), 'utf8'));
      expect(map.sourcesContent, file).toEqual(map.sources.map(() => expect.any(String)));
      expect(map.mappings.length).toBeGreaterThan(20);
    }
  });

  it('is clean for publint and "Are the types wrong?"', async () => {
    const bin = (file: string) => path.join(ROOT, 'node_modules', file);
    expect(await project.node(bin('publint/src/cli.js'), 'run', packed.tarball, '--strict')).toContain('All good!');
    const attw = bin('@arethetypeswrong/cli/dist/index.js');
    expect(await project.node(attw, packed.tarball, '--profile', 'esm-only', '--no-color', '--no-emoji')).toContain('ESM');
  });

  it('says "use client" first where Next needs it', () => {
    const text = (file: string) => readFileSync(path.join(ROOT, 'packages/client/dist', file), 'utf8');
    expect(text('react/index.js')).toMatch(/^"use client";/);
    expect(text('server/index.js')).not.toContain('use client');
  });

  inProject('is small with all that it depends on, and brings nothing of the server', async () => {
    console.info(`@brim/client is ${bytesAlone} bytes installed.`);
    expect(bytesAlone).toBeLessThan(MAX_INSTALLED_BYTES);
    for (const name of ['pg', 'graphql-yoga', '@prisma/client', 'stripe']) {
      expect(existsSync(path.join(project.folder, 'node_modules', name)), name).toBe(false);
    }
  });

  inProject('is imported and required in plain Node, as one and the same module', async () => {
    await project.write({
      'entries.cjs': `
        const names = ${JSON.stringify(ENTRIES)}.map((entry) => '@brim/client/' + entry);
        Promise.all(names.map((name) => import(name))).then((imported) => {
          const required = names.map((name) => require(name));
          const isSame = (one, other) => Object.keys(one).every((key) => one[key] === other[key]);
          console.log(JSON.stringify(imported.map((each, index) => [Object.keys(each), isSame(each, required[index])])));
        });`,
    });
    const entries: [string[], boolean][] = JSON.parse(await project.node('entries.cjs'));
    expect(entries.map(([, isSame]) => isSame)).toEqual(ENTRIES.map(() => true));
    const expected = [
      'openBrim',
      'BrimProvider',
      'apolloOptions',
      'urqlOptions',
      'scalars',
      'verifyWebhook',
      'openFeatureProvider',
      'mcpServerFactory',
      'brim',
      'brimClient',
    ];
    for (const [index, name] of expected.entries()) expect(entries[index]?.[0]).toContain(name);
  });

  inProject('has a program for the hosts of agents', async () => {
    await expect(project.node('node_modules/.bin/brim-mcp')).rejects.toThrow('BRIM_URL must be the address of Brim');
  });

  inProject('compiles the pages of the docs, with libraries checked', async () => {
    const options = {
      ...{ strict: true, noEmit: true, skipLibCheck: false, target: 'es2023', types: [], jsx: 'react-jsx' },
      ...{ lib: ['es2023', 'esnext.disposable', 'dom', 'dom.iterable', 'dom.asynciterable'], allowImportingTsExtensions: true },
    };
    const guides = ['server-client/*', 'openfeature/*', 'mcp/*', 'better-auth/*'];
    const include = ['live-balances-*/*', 'README/*', ...guides, 'uses.cts'];
    await project.write({
      'tsconfig.node.json': JSON.stringify({ compilerOptions: { ...options, module: 'nodenext' }, include }),
      // Apollo Client's declarations do not allow exact optional properties.
      'tsconfig.bundler.json': JSON.stringify({
        compilerOptions: { ...options, module: 'preserve', exactOptionalPropertyTypes: true },
        include: ['live-balances-react/*', 'live-balances-urql/*', 'README/*', 'server-client/*'],
      }),
      'uses.cts': `import { openBrim } from '@brim/client/server';
        export const remains = async () => {
          const answer = await (await openBrim({ url: '', secretKey: '' })).track({ customerId: 'ada', featureId: 'words' });
          return answer.__typename === 'TrackSuccess' ? answer.balance.remaining : '0';
        };`,
    });
    // Apollo Client's own dependency leaves out the endings of its imports. The SDKs of OpenFeature
    // and of MCP ask for the types of Node, which an app's server has; better-auth for Bun's, too.
    const complaints = await project.check('tsconfig.node.json');
    const theirs = /^node_modules\/(@wry\/caches|@better-auth\/core|(@openfeature|@modelcontextprotocol)\/server(-sdk)?)\/.*\n/gm;
    expect(complaints.replaceAll(theirs, '')).toBe('');
    expect(await project.check('tsconfig.bundler.json')).toBe('');
  });

  inProject('is built by Vite into a page, without anything of another entry', async () => {
    await project.write({
      'index.html': '<div id="app"></div><script type="module" src="/page.tsx"></script>',
      'page.tsx': `import { createRoot } from 'react-dom/client';
        import { Balances } from './live-balances-react/provider.tsx';
        import { Messages } from './live-balances-react/widgets.tsx';
        createRoot(document.body).render(<Balances userId="ada"><Messages /></Balances>);`,
    });
    await project.node(VITE, 'build', '--logLevel', 'error');
    const [script = ''] = readdirSync(path.join(project.folder, 'dist/assets'));
    const code = readFileSync(path.join(project.folder, 'dist/assets', script), 'utf8');
    expect(code).toContain('subscription ViewerBalanceChanged');
    expect(code).not.toMatch(/mutation Track|possibleTypes|node:fs/);
  });

  inProject('renders the page of the docs on a server', async () => {
    await project.write({ 'render.tsx': RENDER });
    await project.node(VITE, 'build', '--logLevel', 'error', '--ssr', 'render.tsx', '--outDir', 'rendered');
    const html = await project.node('rendered/render.js');
    expect(html).toContain('Your messages');
    expect(html).toContain('aria-busy="true"');
  });

  it('is installed by every page that imports it, with all else that the page imports', () => {
    expect(pages.length).toBeGreaterThanOrEqual(4);
    for (const { name, text, files } of pages) {
      const imported = Object.values(files).flatMap((code) =>
        [...code.matchAll(/ from '([^.'][^']*)'/g)].map(([, of = '']) => of),
      );
      const packages = imported
        .filter((of) => !of.startsWith('node:'))
        .map((of) => of.split('/', of.startsWith('@') ? 2 : 1).join('/'));
      const installed = [...installedBy(text), 'react'];
      expect(installed, name).toEqual(expect.arrayContaining(packages));
    }
  });
});

function partition(files: readonly string[], isFirst: (file: string) => boolean): [string[], string[]] {
  return [files.filter(isFirst), files.filter((file) => !isFirst(file))];
}

/** The packages of a page's `npm install`. */
function installedBy(page: string): readonly string[] {
  const [, names = ''] = /^npm install (.+)$/m.exec(page) ?? [];
  return names.split(' ').filter(Boolean);
}

function bytesIn(folder: string): number {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((file) => statSync(path.join(folder, file)))
    .filter((file) => file.isFile())
    .reduce((sum, { size }) => sum + size, 0);
}
