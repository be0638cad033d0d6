/**
 * `@brim/server` as people get it: packed, installed into a project elsewhere, and started in an
 * empty folder.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { chmod, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { post } from '../support/brim.ts';
import { patience } from '../support/deadlines.ts';
import { environment, NoRegistryError, openProject, type Packed, type Project, packServer } from './project.ts';

/** With the console, which has 85 kB, and with source maps of the server, which have half. */
const MAX_PACKED_BYTES = 1_750_000;
/** With PostgreSQL, GraphiQL and all else that it depends on. */
const MAX_INSTALLED_BYTES = 230_000_000;

describe('@brim/server', { timeout: patience(240_000) }, () => {
  let project: Project;
  let packed: Packed;
  let unreachable: NoRegistryError | undefined;
  let child: ChildProcess | undefined;

  beforeAll(async () => {
    project = await openProject();
    // As a folder that a person makes: the user that runs PostgreSQL may enter it.
    await chmod(project.folder, 0o755);
    packed = await packServer(project.folder);
    try {
      await project.install([packed.tarball]);
    } catch (error) {
      if (!(error instanceof NoRegistryError) || process.env['CI']) throw error;
      unreachable = error;
    }
  }, patience(240_000));
  afterAll(async () => {
    if (child && child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    await project.remove();
  });

  /** In CI the registry must be there; elsewhere the report says what was not tried, and why. */
  const installed = (name: string, test: () => Promise<void>) =>
    it(name, async (context: TestContext) => {
      if (unreachable) context.skip(`the npm registry cannot be reached: ${unreachable.message}`);
      await test();
    });

  it('has the built server with its source maps, the pages, the migrations and the texts, and nothing else', () => {
    const kinds = [
      /^dist\/server\/[a-z\d-]+\.js(\.map)?$/,
      /^dist\/server\/graphiql-(storage\.js|tabs\/[\w-]+\.(graphql|json))$/,
      /^dist\/page\/(index\.html|demo\/assets\/index-[\w-]+\.(js|css))$/,
      /^dist\/console\/(index\.html|trusted\.json|assets\/index-[\w-]+\.(js|css))$/,
      /^prisma\/migrations\/(migration_lock\.toml|\w+\/migration\.sql)$/,
    ];
    for (const kind of kinds)
      expect(
        packed.files.filter((file) => kind.test(file)),
        `${kind}`,
      ).not.toEqual([]);
    const others = packed.files.filter((file) => !kinds.some((kind) => kind.test(file)));
    expect(others.toSorted()).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'SECURITY.md', 'bin/brim.mjs', 'package.json']);
    const modules = packed.files.filter((file) => /^dist\/server\/(?!graphiql)[^/]+\.js$/.test(file));
    expect(packed.files).toEqual(expect.arrayContaining(modules.map((file) => `${file}.map`)));
    console.info(`@brim/server is ${packed.bytes} bytes packed.`);
    expect(packed.bytes).toBeLessThan(MAX_PACKED_BYTES);
  });

  installed('brings no compiler, no bundler and no client', async () => {
    const bytes = bytesIn(path.join(project.folder, 'node_modules'));
    console.info(`@brim/server is ${bytes} bytes installed.`);
    expect(bytes).toBeLessThan(MAX_INSTALLED_BYTES);
    for (const name of ['tsx', 'typescript', 'vite', 'rolldown', 'prisma', 'react', '@brim/client'])
      expect(existsSync(path.join(project.folder, 'node_modules', name)), name).toBe(false);
  });

  installed('has every command', async () => {
    const brim = (...args: readonly string[]) =>
      promisify(execFile)(path.join(project.folder, 'node_modules/.bin/brim'), args, { cwd: project.folder, env: environment() });
    const { stdout } = await brim('--help');
    for (const command of ['start', 'migrate', 'import', 'plans', 'verify', 'doctor']) expect(stdout).toContain(`  ${command}`);
    await expect(brim('import', 'gone.csv')).rejects.toThrow('brim import failed. BRIM_SECRET_KEY is not set');
  });

  installed('starts in an empty folder, answers, shows its pages, and ends on SIGTERM with code 0', async () => {
    const folder = path.join(project.folder, 'elsewhere');
    await mkdir(folder);
    const env = { ...environment(), PORT: '0' };
    child = spawn(path.join(project.folder, 'node_modules/.bin/brim'), { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const exited = once(child, 'exit');
    const { url, key } = await greetingOf(child);
    expect(readdirSync(folder)).toEqual(['.brim']);

    const { data, errors } = await post(url, '{ features { id } }', {}, key);
    expect({ data, errors }).toEqual({ data: { features: expect.any(Array) }, errors: undefined });
    const page = await (await fetch(url)).text();
    const loaded = [...page.matchAll(/(?:src|href)="(\/demo\/assets\/[^"]+)"/g)].map(([, file]) => file);
    expect(loaded).toHaveLength(2);
    for (const file of loaded) expect((await fetch(`${url}${file}`)).status).toBe(200);
    const graphiql = await (await fetch(`${url}/graphql`, { headers: { accept: 'text/html' } })).text();
    expect(graphiql).toContain('data-flow=');

    child.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
  });
});

/** What it says when it is ready. @throws Error, with all that it said, where it ends instead. */
function greetingOf(child: ChildProcess): Promise<{ url: string; key: string }> {
  let said = '';
  return new Promise((resolve, reject) => {
    child.once('exit', () => reject(new Error(`It ended instead of starting:\n${said}`)));
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (chunk: string) => {
        said += chunk;
        const [, url = '', key = ''] = /GraphiQL +(\S+)\/graphql\n +secret key +(\S+)\n/.exec(said) ?? [];
        if (key !== '') resolve({ url, key });
      });
  });
}

function bytesIn(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((bytes, { parentPath, name }) => bytes + statSync(path.join(parentPath, name)).size, 0);
}
