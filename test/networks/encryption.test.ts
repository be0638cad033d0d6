/** Brim before a PostgreSQL that takes encrypted connections only, as managed ones do. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrim } from '../support/brim.ts';
import { runOn } from '../support/database-url.ts';
import { createCustomer, fillShop, SEED, track } from '../support/shop.ts';
import { openPrimary, type PostgresServer } from '../support/standby.ts';
import { until, watch } from '../support/witness.ts';

/** For 127.0.0.1, and valid for a hundred years. The key of its authority was deleted. */
const CERTIFICATES = path.resolve(import.meta.dirname, '../support/certificates');
const pem = (name: string) => readFileSync(path.join(CERTIFICATES, name), 'utf8');

/** Writes a file into the server's folder, for the server alone, by the server itself. */
const store = (name: string, text: string) =>
  `COPY (SELECT unnest(string_to_array('${text.trim()}', E'\\n'))) TO PROGRAM 'umask 077; cat > ${name}'`;

const CONNECTIONS = `SELECT count(*)::int AS all, count(*) FILTER (WHERE ssl)::int AS encrypted
  FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE datname = 'brim' AND pid <> pg_backend_pid()`;

describe('a database server with encryption', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await openPrimary();
    await runOn(server.url, store('server.crt', pem('server.pem')));
    await runOn(server.url, store('server.key', pem('server-key.pem')));
    await runOn(server.url, 'ALTER SYSTEM SET ssl TO on');
    await runOn(server.url, 'SELECT pg_reload_conf()');
    await until(async () => expect(await runOn(server.url, 'SHOW ssl')).toEqual([{ ssl: 'on' }]));
  });
  afterAll(() => server?.close());

  const urlWith = (parameters: Readonly<Record<string, string>>) => `${server.url}?${new URLSearchParams(parameters)}`;

  it('gets encrypted connections only, and pushes what it tells', async () => {
    const brim = await openBrim({
      databaseUrl: urlWith({ sslmode: 'verify-full', sslrootcert: path.join(CERTIFICATES, 'authority.pem') }),
    });
    try {
      await fillShop(brim, SEED);
      await createCustomer(brim, 'ada');
      const { pushes } = await watch(brim.socket(), 'ada');
      await track(brim, { customerId: 'ada', value: '3' });
      await until(() => expect(pushes.at(-1)).toMatchObject({ balance: { remaining: '7' } }));
      const [{ all, encrypted } = { all: 0, encrypted: 0 }] = await runOn(server.url, CONNECTIONS);
      expect(all).toBeGreaterThan(2);
      expect(encrypted).toBe(all);
    } finally {
      await brim.close();
    }
  });

  it.each(['require', 'verify-full'])('is refused with sslmode=%s where its authority is not known', async (sslmode) => {
    await expect(openBrim({ databaseUrl: urlWith({ sslmode }) })).rejects.toThrow(
      /the certificate of the database server at 127\.0\.0\.1:\d+ is not one that this machine trusts\. Name .*sslrootcert=/,
    );
  });

  it('is taken without a look at its certificate with sslmode=no-verify', async () => {
    const brim = await openBrim({ databaseUrl: urlWith({ sslmode: 'no-verify' }) });
    await brim.close();
  });
});
