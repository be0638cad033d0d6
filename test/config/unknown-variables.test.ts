import { describe, expect, it } from 'vitest';
import { ConfigError, findUnknownVariables, readConfig } from '../../src/config/config.ts';
import { VARIABLES } from '../../src/config/variables.ts';
import { readPage } from '../support/pages.ts';
import { productionEnvironment } from '../support/secrets.ts';

function refusal(env: Record<string, string | undefined>): string {
  try {
    readConfig({ ...productionEnvironment(), ...env });
    return '';
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.join('\n');
    throw error;
  }
}

describe('production without DATABASE_URL', () => {
  it('does not use an embedded server unless it is asked for', () => {
    expect(refusal({ DATABASE_URL: undefined })).toMatch(
      /^DATABASE_URL is required in production\..+BRIM_EMBEDDED_DATABASE=true/,
    );
    expect(refusal({ DATABASE_URL: undefined, BRIM_EMBEDDED_DATABASE: 'false' })).toMatch(/^DATABASE_URL is required/);
    expect(refusal({ DATABASE_URL: undefined, BRIM_EMBEDDED_DATABASE: 'true' })).toBe('');
  });

  it.each(['DATABSE_URL', 'DATABASE_UR', 'DATABASE_URLS', 'DATEBASE_URL', 'database_url', 'DATABASE-URL', 'DATABASE_URI'])(
    'names the variable that looks like it: %s',
    (name) => {
      expect(refusal({ DATABASE_URL: undefined, [name]: 'postgresql://db/brim' })).toContain(
        `${name} is set, and not read. Is DATABASE_URL meant?`,
      );
    },
  );

  it.each([
    'POSTGRES_URL',
    'PG_URL',
    'PGURL',
    'DB_URL',
    'POSTGRESQL_URL',
    'POSTGRES_PRISMA_URL',
    'PGHOST',
    'DATABASE_CONNECTION_STRING',
  ])('names the variable that other programs read: %s', (name) => {
    const text = refusal({ DATABASE_URL: undefined, [name]: 'postgresql://brim:hunter2@db/brim' });
    expect(text).toContain(`${name} is set, and not read. Is DATABASE_URL meant?`);
    expect(text).not.toContain('hunter2');
  });

  it('does so in development, unless that is switched off', () => {
    expect(readConfig({}).databaseUrl).toBeUndefined();
    expect(() => readConfig({ BRIM_EMBEDDED_DATABASE: 'false' })).toThrow(/DATABASE_URL is required where/);
    expect(() => readConfig({ BRIM_EMBEDDED_DATABASE: 'true', DATABASE_URL: 'postgres://db/brim' })).toThrow(/unset one of them/);
  });
});

describe('a variable that is set but not read is named:', () => {
  it.each([
    ['BRIM_SECRETKEY', 'BRIM_SECRETKEY is set, and not read. Is BRIM_SECRET_KEY meant?'],
    ['BRIM_SECERT_KEY', 'BRIM_SECERT_KEY is set, and not read. Is BRIM_SECRET_KEY meant?'],
    ['BRIM_WHATEVER', 'BRIM_WHATEVER is set, and not read: there is no such variable.'],
    ['brim_whatever', 'brim_whatever is set, and not read: there is no such variable.'],
    ['CORS_ORIGIN', 'CORS_ORIGIN is set, and not read. Is CORS_ORIGINS meant?'],
    ['ALLOWED_ORIGINS', 'ALLOWED_ORIGINS is set, and not read. Is CORS_ORIGINS meant?'],
    ['STRIPE_KEY', 'STRIPE_KEY is set, and not read. Is STRIPE_SECRET_KEY meant?'],
    ['STRIPE_ENDPOINT_SECRET', 'STRIPE_ENDPOINT_SECRET is set, and not read. Is STRIPE_WEBHOOK_SECRET meant?'],
    ['PUBLIC_ULR', 'PUBLIC_ULR is set, and not read. Is PUBLIC_URL meant?'],
    ['NODE_ENVV', 'NODE_ENVV is set, and not read. Is NODE_ENV meant?'],
    ['LOGLEVEL', 'LOGLEVEL is set, and not read. Is LOG_LEVEL meant?'],
    ['port', 'port is set, and not read. Is PORT meant?'],
  ])('%s', (name, sentence) => {
    expect(findUnknownVariables({ [name]: 'hunter2' })).toEqual([sentence]);
  });

  it('but not those of other programs, known ones and empty ones', () => {
    const others = [
      'PATH',
      'HOME',
      'HOSTNAME',
      'TERM',
      'LANG',
      'PWD',
      'SHELL',
      'USER',
      'PS1',
      'EDITOR',
      'NODE_OPTIONS',
      'REDIS_HOST',
    ];
    expect(findUnknownVariables(Object.fromEntries(others.map((name) => [name, 'x'])))).toEqual([]);
    expect(findUnknownVariables({ BRIM_WHATEVER: ' ', ...productionEnvironment() })).toEqual([]);
    expect(
      findUnknownVariables({ DATABASE_URL: 'postgres://db/brim', POSTGRES_URL: 'postgres://db/other', DATABSE_URL: 'x' }),
    ).toEqual([]);
  });
});

describe('production without real payments is refused', () => {
  it.each(['sk_test_1', 'rk_test_1'])('is refused with %s, unless that is meant', (key) => {
    expect(refusal({ STRIPE_SECRET_KEY: key })).toMatch(/^STRIPE_SECRET_KEY is a test key.+BRIM_ALLOW_TEST_PAYMENTS=true/);
    expect(refusal({ STRIPE_SECRET_KEY: key, BRIM_ALLOW_TEST_PAYMENTS: 'true' })).toBe('');
    expect(refusal({ STRIPE_SECRET_KEY: key, BRIM_ALLOW_TEST_PAYMENTS: 'false' })).not.toBe('');
    expect(refusal({ STRIPE_SECRET_KEY: key, NODE_ENV: 'development' })).toBe('');
  });

  it('and so is production without encryption, unless it is allowed', () => {
    const PUBLIC_URL = 'http://brim.internal';
    expect(refusal({ PUBLIC_URL })).toMatch(/^PUBLIC_URL must begin with https:.+BRIM_ALLOW_INSECURE_PUBLIC_URL=true/);
    expect(refusal({ PUBLIC_URL, BRIM_ALLOW_INSECURE_PUBLIC_URL: 'true' })).toBe('');
    expect(refusal({ PUBLIC_URL, NODE_ENV: 'development' })).toBe('');
  });
});

describe('two signing secrets of the webhook', () => {
  it.each(['whsec_a,whsec_b', 'whsec_a, whsec_b', ' whsec_a ,\twhsec_b '])(
    'may have blanks around their comma: %j',
    (secrets) => {
      const { stripe } = readConfig({ ...productionEnvironment(), STRIPE_WEBHOOK_SECRET: secrets });
      expect(stripe?.webhookSecret).toBe('whsec_a,whsec_b');
    },
  );
});

describe('the table of docs/configuration.md', () => {
  it('has exactly the variables that are read', () => {
    const asked = new Set<string>();
    const listening = (env: Record<string, string>) =>
      new Proxy(env, {
        get(target, name: string) {
          asked.add(name);
          return target[name];
        },
      });
    for (const env of [{}, { ...productionEnvironment() }]) readConfig(listening(env));
    expect(Object.keys(VARIABLES)).toEqual([...asked]);
    const rows = [...readPage('docs/configuration.md').matchAll(/^\| (`[^|]+`) \|/gm)];
    const named = rows.flatMap(([, names = '']) => [...names.matchAll(/`([A-Z_]+)`/g)].map(([, name = '']) => name));
    expect(named.toSorted()).toEqual([...asked].filter((name) => name !== 'REDIS_URL').toSorted());
  });
});
