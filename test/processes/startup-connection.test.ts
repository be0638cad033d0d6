/**
 * The messages for an operator whose database cannot be used, and how long Brim waits for a
 * database.
 */
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { connectionFailureOf } from '../../src/database/connection-errors.ts';
import { applyMigrations } from '../../src/database/migrate.ts';
import { connectAtStart } from '../../src/database/startup-connection.ts';
import { runOn } from '../support/database-url.ts';
import { freshDatabase } from '../support/postgres.ts';
import { brimProcesses } from '../support/process.ts';
import { productionEnvironment } from '../support/secrets.ts';

const PASSWORD = 'hunter2hunter2';
const processes = brimProcesses();

/** The test server's URL with one part replaced. */
function elsewhere(change: (url: URL) => void): string {
  const url = new URL(inject('adminUrl'));
  change(url);
  return url.href;
}

async function listening(server: Server, port = 0): Promise<number> {
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

/** A port on which nothing listens, and that is not given to others. */
const CLOSED_PORT = 1;

/** Refuses the first connections, and forwards the later ones to the test's database server. */
function proxy({ refused = 0 } = {}): Server {
  const { hostname, port } = new URL(inject('adminUrl'));
  let left = refused;
  return createServer((near) => {
    if (left > 0) {
      left -= 1;
      return void near.destroy();
    }
    const far = connect(Number(port), hostname);
    near.pipe(far).pipe(near);
    for (const socket of [near, far]) socket.on('error', () => [near, far].forEach((each) => void each.destroy()));
  });
}

async function refusalOf(url: string): Promise<string> {
  const error = await connectAtStart({ url }).then(
    (client) => client.end().then(() => new Error('it was connected')),
    (refused: unknown) => refused,
  );
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

describe('the error of an unusable database names its variable, its host and a solution:', () => {
  it('nothing listens', async () => {
    const port = CLOSED_PORT;
    const text = await refusalOf(`postgresql://brim:${PASSWORD}@127.0.0.1:${port}/brim`);
    expect(text).toMatch(
      new RegExp(
        `^StartError: DATABASE_URL: nothing takes connections at 127\\.0\\.0\\.1:${port}\\. Is the database server started`,
      ),
    );
    expect(text).not.toContain(PASSWORD);
  });

  it('an unknown host', async () => {
    const text = await refusalOf(`postgresql://brim:${PASSWORD}@nowhere.invalid/brim`);
    expect(text).toMatch(
      /DATABASE_URL: the host of nowhere\.invalid:5432 (is not known here|cannot be looked up now)\. .+\?$|nowhere\.invalid:5432 does not answer/,
    );
  });

  it('a wrong password, which is not repeated', async () => {
    const text = await refusalOf(elsewhere((url) => Object.assign(url, { password: PASSWORD })));
    expect(text).toMatch(/the database server at 127\.0\.0\.1:\d+ refuses the user or the password\. Check both/);
    expect(text).not.toContain(PASSWORD);
  });

  it('no such database', async () => {
    const text = await refusalOf(elsewhere((url) => Object.assign(url, { pathname: '/not_made' })));
    expect(text).toMatch(/has no database not_made\. Make it: CREATE DATABASE not_made;$/);
  });

  it('a server without encryption', async () => {
    const text = await refusalOf(elsewhere((url) => url.searchParams.set('sslmode', 'require')));
    expect(text).toMatch(/has no encryption\. Take sslmode out of the URL\.$/);
  });

  it('another service, and one that closes at once', async () => {
    const web = await listening(createServer((socket) => void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')));
    expect(await refusalOf(`postgresql://brim@127.0.0.1:${web}/brim`)).toMatch(/is not PostgreSQL|closed the connection at once/);
    const rude = await listening(createServer((socket) => void socket.destroy()));
    expect(await refusalOf(`postgresql://brim@127.0.0.1:${rude}/brim`)).toMatch(
      /closed the connection at once\. Is it PostgreSQL/,
    );
  });

  it('a role that may not make tables', async () => {
    const database = await freshDatabase();
    const role = `brim_test_${Date.now()}`;
    await runOn(database.url, `DROP TABLE _prisma_migrations; CREATE ROLE ${role} LOGIN PASSWORD '${PASSWORD}'`);
    onTestFinished(async () => {
      await database.drop();
      await runOn(inject('adminUrl'), `DROP ROLE ${role}`);
    });
    const url = new URL(database.url);
    Object.assign(url, { username: role, password: PASSWORD });
    await expect(applyMigrations(url.href, { variable: 'DATABASE_DIRECT_URL' })).rejects.toMatchObject({
      name: 'StartError',
      message: expect.stringMatching(
        /^DATABASE_DIRECT_URL: the role of this URL may not make tables in the database brim_test_.+ALTER DATABASE/,
      ),
    });
  });

  it.each([
    ['ETIMEDOUT', true, /does not answer/],
    ['57P03', true, /is starting or stopping/],
    ['53300', true, /takes no more connections/],
    ['28000', false, /pg_hba\.conf/],
    ['SELF_SIGNED_CERT_IN_CHAIN', false, /certificate/],
    ['25006', false, /primary/],
  ])('%s is recognised at any depth', (code, isTransient, words) => {
    const error = new AggregateError([Object.assign(new Error('words'), { code })], 'all of them', { cause: new Error('none') });
    const reason = connectionFailureOf(new Error('outer', { cause: error }));
    expect([reason.isTransient, `${reason.what} ${reason.advice}`]).toEqual([isTransient, expect.stringMatching(words)]);
  });
});

describe('a database that starts later', () => {
  it('is waited for, with a message', async () => {
    const port = await listening(proxy({ refused: 2 }));
    const said: string[] = [];
    const url = elsewhere((each) => Object.assign(each, { port }));
    const client = await connectAtStart({ url, waitMs: 30_000, onWait: (sentence) => void said.push(sentence) });
    expect((await client.query('SELECT 1 AS here')).rows).toEqual([{ here: 1 }]);
    await client.end();
    expect(said[0]).toMatch(
      /^DATABASE_URL: the database server at .+ closed the connection at once\. Trying for another \d+ s\.$/,
    );
  });

  it('is waited for no longer than allowed', async () => {
    const url = elsewhere((each) => Object.assign(each, { port: CLOSED_PORT }));
    await expect(connectAtStart({ url, waitMs: 600 })).rejects.toThrow(/nothing takes connections at/);
  });

  it('is not waited for where it answers with a refusal', async () => {
    const onWait = () => expect.unreachable('it waited');
    const url = elsewhere((each) => Object.assign(each, { password: PASSWORD }));
    await expect(connectAtStart({ url, waitMs: 30_000, onWait })).rejects.toThrow(/refuses the user or the password/);
  });

  it('is waited for in production, with a line in the log', async () => {
    const database = await freshDatabase();
    onTestFinished(() => database.drop());
    const port = await listening(proxy({ refused: 3 }));
    const url = new URL(database.url);
    Object.assign(url, { port });
    const env = { ...productionEnvironment(), DATABASE_URL: url.href, STRIPE_API_URL: 'http://127.0.0.1:9', LOG_LEVEL: 'info' };
    const brim = await processes.start({ database: { url: url.href }, env });
    expect(brim.output()).toMatch(/start: DATABASE_URL: the database server at 127\.0\.0\.1:\d+ closed .+ Trying for another/);
    brim.kill('SIGTERM');
    expect(await brim.exited).toMatchObject({ code: 0 });
  });

  it('ends a development start at once, in sentences', async () => {
    const port = CLOSED_PORT;
    const url = `postgresql://brim:${PASSWORD}@127.0.0.1:${port}/brim`;
    const refusal = await processes.start({ database: { url } }).then(
      () => 'it started',
      (error: unknown) => String(error),
    );
    expect(refusal).toContain(`Brim could not start. DATABASE_URL: nothing takes connections at 127.0.0.1:${port}.`);
    expect(refusal).not.toMatch(new RegExp(`${PASSWORD}|\\n +at `));
  });
});
