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

  /** The sources of all that it loads until it listens. */
  async function sourcesLoaded(name: string, env: Record<string, string>): Promise<readonly string[]> {
    const [file, script] = [path.join(folder, `${name}.txt`), path.join(folder, `${name}.mjs`)];
    await writeFile(script, recorder(file));
    const brim = await start({ database: { url: database.url }, env: { ...env, NODE_OPTIONS: `--import ${script}` } });
    brim.kill();
    await brim.exited;
    const loaded = (await readFile(file, 'utf8')).split('\n').filter((url) => url.startsWith('file:'));
    const built = loaded.map((url) => fileURLToPath(url)).filter((each) => path.dirname(each) === DIST);
    const maps = await Promise.all(built.map((each) => readFile(`${each}.map`, 'utf8')));
    return maps
      .flatMap((map) => JSON.parse(map).sources)
      .map((source) => path.relative(path.dirname(path.dirname(DIST)), path.join(DIST, source)));
  }
  const roomsOf = (sources: readonly string[]) =>
    ['src/app', 'src/demo', 'src/embedded', 'src/stripe/sandbox'].filter((room) =>
      sources.some((each) => each.startsWith(`${room}/`)),
    );

  it('in production loads no module of the sandbox, the embedded database and the demo', async () => {
    const { DATABASE_URL: _, ...env } = productionEnvironment();
    const stripe = { STRIPE_API_URL: 'http://127.0.0.1:9', LOG_LEVEL: 'info' };
    expect(roomsOf(await sourcesLoaded('production', { ...env, ...stripe }))).toEqual(['src/app']);
  });

  it('in development loads the sandbox and the demo, and with a DATABASE_URL no embedded database', async () => {
    expect(roomsOf(await sourcesLoaded('development', {}))).toEqual(['src/app', 'src/demo', 'src/stripe/sandbox']);
  });
});
