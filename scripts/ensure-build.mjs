// @ts-check
/**
 * Keeps dist/ current: builds the server and the pages where their sources have changed since
 * the last build. It reads every source, which takes about 40 ms, so a change is never missed.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '..');

/** What each part of dist/ is made from, beside the packages that are installed. */
const PARTS = {
  server: ['src', 'schema', 'prisma/schema.prisma'],
  page: ['src/demo/page', 'packages/client/package.json', 'packages/client/src'],
  console: ['packages/console'],
};
/** What all are made with. */
const TOOLS = ['scripts/build.mjs', 'package.json', 'package-lock.json'];
/** Made from something else that is listed. */
const DERIVED = path.join(ROOT, 'src/generated');

/** @typedef {keyof typeof PARTS} Part */
/** @type {readonly Part[]} */
export const ALL_PARTS = ['server', 'page', 'console'];

/**
 * Builds the parts that are missing or stale. @throws Error, with a sentence that says what to run.
 */
export function ensureBuild() {
  const stale = ALL_PARTS.filter((part) => readStamp(part) !== stampNow(part));
  if (stale.length === 0) return;
  if (!canBuild()) {
    const why = existsSync(path.join(ROOT, 'dist')) ? 'dist/ was built from other sources' : 'It is not built';
    throw new Error(`${why}, and the packages that build it are not installed. Run: npm ci && npm run build`);
  }
  const { status } = spawnSync(process.execPath, [path.join(ROOT, 'scripts/build.mjs'), ...stale], {
    // Nothing that a build says belongs into what Brim says.
    stdio: ['ignore', 2, 2],
    env: { ...process.env, NODE_ENV: 'production' },
  });
  if (status !== 0) throw new Error('It could not be built.');
}

/**
 * What a part would be made from now, as text.
 * @param {Part} part
 */
export function stampNow(part) {
  const hash = createHash('sha256');
  for (const file of [...PARTS[part], ...TOOLS].flatMap(filesAt)) {
    hash
      .update(`${path.relative(ROOT, file)}\0`)
      .update(readFileSync(file))
      .update('\0');
  }
  return hash.digest('hex');
}

/**
 * Where a part lies in dist/, and where it says what it was made from.
 * @param {Part} part
 */
export function placesOf(part) {
  return { folder: path.join(ROOT, 'dist', part), stamp: path.join(ROOT, 'dist', part, 'made-from') };
}

/** @param {Part} part */
function readStamp(part) {
  const { stamp } = placesOf(part);
  return existsSync(stamp) ? readFileSync(stamp, 'utf8') : undefined;
}

/**
 * The file, or the files in the folder.
 * @param {string} name
 * @returns {string[]}
 */
function filesAt(name) {
  const top = path.join(ROOT, name);
  const entries = readdirSync(path.dirname(top), { withFileTypes: true }).filter((entry) => entry.name === path.basename(top));
  const walk = (/** @type {string} */ folder) =>
    readdirSync(folder, { withFileTypes: true }).flatMap((entry) => at(path.join(folder, entry.name), entry.isDirectory()));
  /** @type {(file: string, isFolder: boolean) => string[]} */
  const at = (file, isFolder) => {
    if (file === DERIVED) return [];
    return isFolder ? walk(file).sort() : [file];
  };
  return entries.flatMap((entry) => at(top, entry.isDirectory()));
}

function canBuild() {
  const { resolve } = createRequire(path.join(ROOT, 'scripts/build.mjs'));
  try {
    return ['rolldown', 'vite', 'prisma/package.json'].every((name) => resolve(name) !== '');
  } catch {
    return false;
  }
}
