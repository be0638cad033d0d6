/** The image of deploy/, as far as it can be built without a container engine. */
import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseEnv, promisify } from 'node:util';
import { DockerfileParser } from 'dockerfile-ast';
import { validate } from 'dockerfile-utils';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { readConfig } from '../../src/config/config.ts';
import { VARIABLES } from '../../src/config/variables.ts';
import { patience } from '../support/deadlines.ts';
import { isLong } from '../support/long.ts';
import { freshDatabase } from '../support/postgres.ts';
import { until } from '../support/witness.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');
const run = promisify(execFile);
const NOBODY = 65_534;

const text = read('deploy/Dockerfile');
const dockerfile = DockerfileParser.parse(text);
const stages = text.split(/^FROM /m).slice(1);
const compose = parse(read('deploy/compose.yaml'), { merge: true });

/** What the COPY lines of a stage bring: from where, and to where. */
function copiesOf(stage: string): readonly (readonly [from: string, to: string])[] {
  return [...stage.matchAll(/^COPY (?:--from=build )?(.+) (\S+)$/gm)].flatMap(([, from = '', to = '']) =>
    from.split(' ').map((each) => [each.replace(/^\/brim\//, ''), to] as const),
  );
}

/** What is sent to the engine: all that the ignore file takes out of its "nothing". */
function contextOf(): readonly string[] {
  const lines = read('deploy/Dockerfile.dockerignore').split('\n');
  return lines.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
}

describe('the Dockerfile', () => {
  it('is clean for its linter', () => {
    expect(validate(text)).toEqual([]);
  });

  it('builds in one stage and runs in another, as a user without rights, with Node as the process', () => {
    const froms = dockerfile.getFROMs();
    expect(froms).toHaveLength(2);
    for (const from of froms) expect(from.getImageTag()).toMatch(/^\d+\.\d+\.\d+-/);
    expect(stages[1]).toMatch(/^USER node$/m);
    expect(dockerfile.getENTRYPOINTs()[0]?.getArgumentsContent()).toBe('["node", "bin/brim.mjs"]');
    expect(dockerfile.getHEALTHCHECKs()).toHaveLength(1);
  });

  it('copies what there is, and its context has no secrets and no data', () => {
    const given = contextOf();
    for (const [from] of copiesOf(stages[0] ?? '')) {
      if (from === '.') continue;
      expect(existsSync(path.join(ROOT, from)), from).toBe(true);
      expect(
        given.some((each) => from === each || from.startsWith(`${each}/`)),
        from,
      ).toBe(true);
    }
    expect(given.filter((each) => /env|\.brim|\.git$|node_modules|dist/.test(each))).toEqual([]);
  });
});

describe('the compose file', () => {
  it('sets variables that Brim has, and requires those that production requires', () => {
    const { environment } = compose['x-brim'];
    expect(Object.keys(environment).filter((name) => !(name in VARIABLES))).toEqual([]);
    for (const name of ['PUBLIC_URL', 'BRIM_SECRET_KEY', 'BRIM_TOKEN_SECRET', 'STRIPE_SECRET_KEY', 'STRIPE_WEBHOOK_SECRET'])
      expect(environment[name]).toMatch(/^\$\{\w+:\?/);
  });

  it('starts with the secrets that the page’s commands write, and the variables that it names', async () => {
    const page = read('docs/containers.md');
    const [, commands = ''] = /```sh\n([^`]*deploy\/\.env\n\s*)```/.exec(page) ?? [];
    const [, laptop = ''] = /To try everything on a laptop, use ([\s\S]+?)\.\n\n/.exec(page) ?? [];
    const folder = mkdtempSync(path.join(tmpdir(), 'brim-deploy-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    mkdirSync(path.join(folder, 'deploy'));
    await run('sh', ['-ec', commands], { cwd: folder });
    const written = parseEnv(readFileSync(path.join(folder, 'deploy/.env'), 'utf8'));
    expect(Object.keys(written).sort()).toEqual(['BRIM_SECRET_KEY', 'BRIM_TOKEN_SECRET', 'POSTGRES_PASSWORD']);
    const named = Object.fromEntries([...laptop.matchAll(/`(\w+)=(\S+?)`/g)].map(([, name = '', value = '']) => [name, value]));
    const given: Record<string, string | undefined> = {
      ...{ ...written, ...named, STRIPE_SECRET_KEY: 'sk_test_0123456789abcdef', STRIPE_WEBHOOK_SECRET: 'whsec_0123456789' },
    };
    const environment = Object.fromEntries(
      Object.entries<string>(compose['x-brim'].environment).map(([name, value]) => [
        name,
        value.replace(/\$\{(\w+):[?-]([^}]*)\}/g, (_, variable, other) => given[variable] ?? other),
      ]),
    );
    expect(readConfig({ ...environment, NODE_ENV: 'production' })).toMatchObject({
      publicUrl: 'http://localhost',
      databaseUrl: `postgresql://brim:${written['POSTGRES_PASSWORD']}@database:5432/brim`,
      metrics: { host: '0.0.0.0', port: 9464 },
    });
  });

  it('has two Brims, which wait for a healthy database, behind a proxy that names both', () => {
    const { services } = compose;
    for (const name of ['brim-1', 'brim-2'])
      expect(services[name]).toMatchObject({ read_only: true, depends_on: { database: { condition: 'service_healthy' } } });
    expect(services.proxy.environment.BRIM_UPSTREAMS).toBe('brim-1:4000 brim-2:4000');
    for (const { image } of [services.database, services.proxy]) expect(image).toMatch(/:\d+\.\d+/);
  });

  it('lets Prometheus read the metrics of each container, and nobody outside of the network', () => {
    const { environment } = compose['x-brim'];
    expect(environment).toMatchObject({ BRIM_METRICS_PORT: '9464', BRIM_METRICS_HOST: '0.0.0.0' });
    const { 'brim-1': one, 'brim-2': two, proxy } = compose.services;
    for (const each of [one, two]) expect(each).not.toHaveProperty('ports');
    expect(JSON.stringify([proxy, read('deploy/Caddyfile')])).not.toMatch(/9464|metrics/);
  });
});

describe('the example for Kubernetes', () => {
  const [example = ''] = /```yaml\n(apiVersion[\s\S]+?)```/.exec(read('docs/containers.md'))?.slice(1) ?? [];
  const [deployment, inside] = parseAllDocuments(example).map((document) => document.toJS());

  it('sets variables that Brim has, and lets Prometheus read each pod, but not by the service', () => {
    const [{ env, ports }] = deployment.spec.template.spec.containers;
    expect(env.filter(({ name }: { name: string }) => !(name in VARIABLES))).toEqual([]);
    expect(env).toContainEqual({ name: 'BRIM_METRICS_HOST', value: '0.0.0.0' });
    expect(ports.map(({ containerPort }: { containerPort: number }) => String(containerPort))).toContain(
      env.find(({ name }: { name: string }) => name === 'BRIM_METRICS_PORT').value,
    );
    expect(inside.spec.ports).toEqual([{ port: 80, targetPort: 4000 }]);
  });
});

/** Runs the RUN lines of the first stage on the context, and copies what the second one copies. */
async function buildImage(): Promise<string> {
  const built = mkdtempSync(path.join(tmpdir(), 'brim-image-'));
  const image = mkdtempSync(path.join(tmpdir(), 'brim-image-'));
  onTestFinished(() => {
    for (const folder of [built, image]) rmSync(folder, { recursive: true, force: true });
  });
  const isSent = (file: string) => !/\/(node_modules|dist|\.brim)(\/|$)|src\/generated(\/|$)/.test(file.slice(ROOT.length));
  for (const each of contextOf()) cpSync(path.join(ROOT, each), path.join(built, each), { recursive: true, filter: isSent });
  const { PATH, HOME } = process.env;
  const commands = [...(stages[0] ?? '').replaceAll('\\\n', '').matchAll(/^RUN (.+)$/gm)].map(([, command = '']) => command);
  expect(commands).toHaveLength(3);
  for (const command of commands)
    await run('sh', ['-c', command], { cwd: built, env: { PATH, HOME, npm_config_prefer_offline: 'true' }, maxBuffer: 1 << 26 });
  for (const [from, to] of copiesOf(stages[1] ?? ''))
    cpSync(path.join(built, from), path.join(image, to === './' ? from : to), { recursive: true, verbatimSymlinks: true });
  return image;
}

function bytesIn(folder: string): number {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((file) => path.join(folder, file))
    .filter((file) => existsSync(file) && statSync(file).isFile())
    .reduce((sum, file) => sum + statSync(file).size, 0);
}

describe.runIf(isLong)('what the Dockerfile builds', { timeout: patience(240_000) }, () => {
  it('is small, and starts with plain Node as a user who may write nothing', async () => {
    const image = await buildImage();
    const megabytes = bytesIn(image) / 1_000_000;
    console.info(`What the image adds to Node has ${megabytes.toFixed(0)} MB.`);
    expect(megabytes).toBeLessThan(85);
    await run('chmod', ['-R', 'a+rX,go-w', image]);
    const database = await freshDatabase();
    const child = spawn(process.execPath, ['bin/brim.mjs'], {
      cwd: image,
      ...(process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {}),
      env: {
        ...{ NODE_ENV: 'production', DATABASE_URL: database.url, HOST: '127.0.0.1', PORT: '0' },
        ...{ PUBLIC_URL: 'https://brim.example.com', BRIM_SECRET_KEY: `brim_sk_${randomBytes(24).toString('hex')}` },
        ...{
          BRIM_TOKEN_SECRET: randomBytes(48).toString('base64'),
          STRIPE_SECRET_KEY: 'sk_test_1',
          STRIPE_WEBHOOK_SECRET: 'whsec_1',
        },
        BRIM_ALLOW_TEST_PAYMENTS: 'true',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    onTestFinished(async () => {
      const exited = once(child, 'exit');
      if (child.kill('SIGKILL')) await exited;
      await database.drop();
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (chunk: string) => (said += chunk));
    const url = await until(() => {
      const found = /"url":"([^"]+)","msg":"brim: ready"/.exec(said)?.[1];
      if (found === undefined) throw new Error(said);
      return found;
    }, 30_000);
    expect((await fetch(new URL('/health', url))).status).toBe(200);
  });
});
