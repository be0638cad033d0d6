// @ts-check
/**
 * `npm run build`: makes dist/server, the server's modules in few files with their source maps,
 * dist/page, the demo's page, and dist/console, the operator's console. With names of parts it makes
 * only those. Each part is made beside its place and then moved there, so that a build that fails
 * leaves the last one.
 */
import { cpSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { rolldown } from 'rolldown';
import { defaultClientConditions, build as viteBuild } from 'vite';
import { ALL_PARTS, placesOf, stampNow } from './ensure-build.mjs';
import { ensurePrismaClient } from './prisma-client.mjs';

const ROOT = path.resolve(import.meta.dirname, '..');
const DIST = path.join(ROOT, 'dist');
/** Read while the server runs, from beside the module that reads them. */
const BESIDE_THE_SERVER = ['src/server/graphql/graphiql-tabs', 'src/server/graphql/graphiql-storage.js'];

const BUILDERS = { server: buildServer, page: buildDemo, console: buildConsole };

const named = process.argv.slice(2);
mkdirSync(DIST, { recursive: true });
for (const part of ALL_PARTS.filter((each) => named.length === 0 || named.includes(each))) await build(part);

/** @param {import('./ensure-build.mjs').Part} part */
async function build(part) {
  // As deep as its place, because source maps name the sources by their way from there.
  const making = path.join(DIST, `.${part}-${process.pid}`);
  mkdirSync(making);
  try {
    // Before it is read, so that a change meanwhile makes the next start build again.
    const stamp = stampNow(part);
    await BUILDERS[part](making);
    writeFileSync(path.join(making, 'made-from'), stamp);
    replace(placesOf(part).folder, making);
  } finally {
    rmSync(making, { recursive: true, force: true });
  }
}

/** @param {string} folder */
async function buildServer(folder) {
  ensurePrismaClient();
  const bundle = await rolldown({
    cwd: ROOT,
    input: { main: 'src/main.ts' },
    platform: 'node',
    // Everything that is not a file of ours is installed beside it.
    external: /^[^./]/,
    transform: { target: 'node20.19' },
  });
  await bundle.write({
    dir: folder,
    format: 'es',
    entryFileNames: '[name].js',
    chunkFileNames: '[name].js',
    comments: { annotation: true, jsdoc: false, legal: false },
    sourcemap: true,
  });
  await bundle.close();
  for (const name of BESIDE_THE_SERVER)
    cpSync(path.join(ROOT, name), path.join(folder, path.basename(name)), { recursive: true });
}

/** @param {string} folder */
function buildDemo(folder) {
  return buildPage({ sources: 'src/demo/page', folder, assetsDir: 'demo/assets' });
}

/** @param {string} folder */
async function buildConsole(folder) {
  await buildPage({ sources: 'packages/console/src', folder, base: '/console/', assetsDir: 'assets' });
  cpSync(path.join(ROOT, 'packages/console/src/documents/generated/trusted.json'), path.join(folder, 'trusted.json'));
}

/** @param {{ sources: string, folder: string, base?: string, assetsDir: string }} page */
async function buildPage({ sources, folder, base = '/', assetsDir }) {
  await viteBuild({
    root: path.join(ROOT, sources),
    base,
    configFile: false,
    envDir: false,
    logLevel: 'warn',
    oxc: { jsx: { runtime: 'automatic', development: false } },
    // The clients as they are here, not as they were built last.
    resolve: { conditions: ['@brim/source', ...defaultClientConditions] },
    define: { 'process.env.NODE_ENV': '"production"' },
    build: {
      outDir: folder,
      emptyOutDir: true,
      assetsDir,
      modulePreload: { polyfill: false },
      chunkSizeWarningLimit: 2_000,
    },
  });
}

/**
 * @param {string} target
 * @param {string} made
 */
function replace(target, made) {
  const old = `${made}-replaced`;
  if (existsSync(target)) renameSync(target, old);
  renameSync(made, target);
  rmSync(old, { recursive: true, force: true });
}
