import { describe, expect, it } from 'vitest';
import { ConfigError, type Environment, readConfig } from '../../src/config/config.ts';
import { VARIABLES } from '../../src/config/variables.ts';

const [KEY, OTHER_KEY] = ['brim_sk_7fc06d9b3e18a254', 'brim_sk_e2b94a70d15f8c36'];
const [TOKEN_SECRET, OTHER_TOKEN_SECRET] = ['k9Vd2LqXr7ZbT4mNw8PyHf3JcGs6RaUe', 'Wq5xM1oEzK8vB3nYtD7hSj2LpCf9GiRu'];
const PRODUCTION = {
  NODE_ENV: 'production',
  DATABASE_URL: 'postgresql://brim@db/brim',
  BRIM_SECRET_KEY: KEY,
  BRIM_TOKEN_SECRET: TOKEN_SECRET,
  STRIPE_SECRET_KEY: 'sk_live_1',
  STRIPE_WEBHOOK_SECRET: 'whsec_1',
  PUBLIC_URL: 'https://brim.example',
};

function problemsOf(env: Environment): readonly string[] {
  try {
    readConfig(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

const refusedNames = (env: Environment) => problemsOf(env).map((problem) => problem.split(' ')[0]);

describe('the configuration', () => {
  it('needs nothing in development', () => {
    expect(readConfig({})).toEqual({
      environment: 'development',
      host: '127.0.0.1',
      port: 4_000,
      dataDir: '.brim',
      secretKeys: [],
      tokenSecrets: [],
      corsOrigins: ['http://localhost:*', 'http://127.0.0.1:*'],
      returnOrigins: [],
      logLevel: 'info',
      logOneIn: 100,
      graphiql: true,
      console: true,
      testClocks: false,
    });
  });

  it('listens on every address in production, trusts no page, and shows GraphiQL only on request', () => {
    expect(readConfig(PRODUCTION)).toEqual({
      environment: 'production',
      host: '0.0.0.0',
      port: 4_000,
      dataDir: '.brim',
      databaseUrl: 'postgresql://brim@db/brim',
      secretKeys: [KEY],
      tokenSecrets: [TOKEN_SECRET],
      stripe: { secretKey: 'sk_live_1', webhookSecret: 'whsec_1' },
      publicUrl: 'https://brim.example',
      corsOrigins: [],
      returnOrigins: [],
      logLevel: 'info',
      logOneIn: 100,
      graphiql: false,
      console: false,
      testClocks: false,
    });
    expect(readConfig({ ...PRODUCTION, BRIM_GRAPHIQL: 'true' }).graphiql).toBe(true);
    expect(readConfig({ ...PRODUCTION, BRIM_CONSOLE: 'true' }).console).toBe(true);
  });

  it('reads each variable', () => {
    const config = readConfig({
      ...PRODUCTION,
      PORT: '0',
      HOST: '::1',
      DATABASE_URL: 'postgres://brim:a,b@db/brim',
      BRIM_DATA_DIR: '/var/lib/brim',
      BRIM_SECRET_KEY: `${KEY}, ${OTHER_KEY}`,
      BRIM_TOKEN_SECRET: `${TOKEN_SECRET}, ${OTHER_TOKEN_SECRET}`,
      RETURN_ORIGINS: 'https://shop.example, http://tauri.localhost, http://localhost:*',
      STRIPE_API_URL: 'http://127.0.0.1:12111',
      PUBLIC_URL: 'https://brim.example.com/',
      CORS_ORIGINS: 'https://app.example.com, http://localhost:*',
      LOG_LEVEL: 'debug',
    });
    expect(config).toMatchObject({
      port: 0,
      host: '::1',
      databaseUrl: 'postgres://brim:a,b@db/brim',
      dataDir: '/var/lib/brim',
      secretKeys: [KEY, OTHER_KEY],
      tokenSecrets: [TOKEN_SECRET, OTHER_TOKEN_SECRET],
      returnOrigins: ['https://shop.example', 'http://tauri.localhost', 'http://localhost:*'],
      stripe: { apiUrl: 'http://127.0.0.1:12111' },
      publicUrl: 'https://brim.example.com',
      corsOrigins: ['https://app.example.com', 'http://localhost:*'],
      logLevel: 'debug',
    });
  });

  it('takes names of keys, which say in the audit log who did something', () => {
    const text = `billing=${KEY}, support.tool=${OTHER_KEY}`;
    expect(readConfig({ ...PRODUCTION, BRIM_SECRET_KEY: text }).secretKeys).toEqual(text.split(', '));
  });

  it('keeps what is old for as many days as it is told, and for its defaults otherwise', () => {
    expect(readConfig({ ...PRODUCTION, BRIM_AUDIT_DAYS: '30', BRIM_WEBHOOK_LOG_DAYS: '7' }).keptDays).toEqual({
      auditLog: 30,
      webhookDeliveries: 7,
    });
    for (const wrong of ['0', '-1', '1.5', '36501', 'forever'])
      expect(problemsOf({ ...PRODUCTION, BRIM_IDEMPOTENCY_DAYS: wrong })).toEqual([
        'BRIM_IDEMPOTENCY_DAYS must be a whole number from 1 to 36,500.',
      ]);
  });

  it('binds callers to trusted documents only where a file has some', () => {
    const files = { BRIM_TRUSTED_DOCUMENTS: 'a.json, b.json' };
    expect(readConfig(files).trustedDocuments).toEqual({ files: ['a.json', 'b.json'] });
    expect(readConfig({ ...files, BRIM_TRUSTED_ONLY: 'customers' }).trustedDocuments?.only).toBe('customers');
    expect(refusedNames({ BRIM_TRUSTED_ONLY: 'everybody' })).toEqual(['BRIM_TRUSTED_ONLY']);
    expect(refusedNames({ ...files, BRIM_TRUSTED_ONLY: 'nobody' })).toEqual(['BRIM_TRUSTED_ONLY']);
  });

  it('sends traces where OpenTelemetry has a collector, unless that is disabled', () => {
    const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318/' };
    expect(readConfig({ OTEL_SERVICE_NAME: 'balances', OTEL_TRACES_SAMPLER: 'always_on' }).traces).toBeUndefined();
    expect(readConfig(endpoint).traces).toEqual({
      url: 'http://collector:4318/v1/traces',
      headers: {},
      resource: { 'service.name': 'brim' },
      sampler: { share: 'all', isParentBased: true },
    });
    expect(
      readConfig({
        ...endpoint,
        OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://traces.example/brim',
        OTEL_EXPORTER_OTLP_HEADERS: 'api-key=a%20key, x-team = billing',
        OTEL_RESOURCE_ATTRIBUTES: 'service.name=other,deployment.environment.name=production',
        OTEL_SERVICE_NAME: 'balances',
        OTEL_TRACES_SAMPLER: 'traceidratio',
        OTEL_TRACES_SAMPLER_ARG: '0.25',
      }).traces,
    ).toEqual({
      url: 'https://traces.example/brim',
      headers: { 'api-key': 'a key', 'x-team': 'billing' },
      resource: { 'service.name': 'balances', 'deployment.environment.name': 'production' },
      sampler: { share: 0.25, isParentBased: false },
    });
    expect(readConfig({ ...endpoint, OTEL_TRACES_SAMPLER: 'parentbased_always_off' }).traces?.sampler).toEqual({
      share: 'none',
      isParentBased: true,
    });
    expect(readConfig({ ...endpoint, OTEL_SDK_DISABLED: 'true' }).traces).toBeUndefined();
  });

  it('is a subgraph of a federation only where it is asked to', () => {
    expect(readConfig({ BRIM_FEDERATION: 'true' }).federation).toBe(true);
    expect(readConfig({ BRIM_FEDERATION: 'false' }).federation).toBeUndefined();
  });

  it('treats an empty variable as unset', () => {
    const empty = Object.fromEntries(
      ['PORT', 'HOST', 'DATABASE_URL', 'BRIM_SECRET_KEY', 'STRIPE_SECRET_KEY', 'REDIS_URL', 'CORS_ORIGINS', 'NODE_ENV'].map(
        (name) => [name, ' '],
      ),
    );
    expect(readConfig(empty)).toEqual(readConfig({}));
  });

  it('does not start production without its secrets, and names all of them at once', () => {
    expect(refusedNames({ NODE_ENV: 'production' })).toEqual([
      'BRIM_SECRET_KEY',
      'BRIM_TOKEN_SECRET',
      'STRIPE_SECRET_KEY',
      'DATABASE_URL',
      'PUBLIC_URL',
    ]);
    expect(refusedNames({ ...PRODUCTION, STRIPE_WEBHOOK_SECRET: undefined })).toEqual(['STRIPE_WEBHOOK_SECRET']);
  });

  it.each([
    ['NODE_ENV', 'prod'],
    ['PORT', 'http'],
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['PORT', '40.5'],
    ['PORT', '1e3'],
    ['HOST', 'localhost:4000'],
    ['HOST', 'http://127.0.0.1'],
    ['HOST', '[::1]'],
    ['DATABASE_URL', 'postgresql://brim:100%@db.example/brim'],
    ['DATABASE_DIRECT_URL', 'postgresql://brim:100%@db.example/brim'],
    ['DATABASE_READ_URL', 'postgresql://brim:100%@db.example/brim'],
    ['STRIPE_API_URL', 'http://stripe.example'],
    ['BRIM_MIGRATE_BESIDE_OLDER', 'yes'],
    ['RETURN_ORIGINS', 'http://shop.example'],
    ['RETURN_ORIGINS', 'http://localhost.evil.example'],
    ['BRIM_SECRET_KEY', 'brim_sk_short'],
    ['BRIM_SECRET_KEY', 'sk_0123456789abcdef0123456789'],
    ['BRIM_SECRET_KEY', `${KEY},`],
    ['BRIM_SECRET_KEY', Array.from({ length: 3 }, () => KEY).join(',')],
    ['BRIM_SECRET_KEY', 'brim_sk_0123456789abcdef'],
    ['BRIM_SECRET_KEY', `billing=${KEY},billing=${OTHER_KEY}`],
    ['BRIM_SECRET_KEY', `billing=${KEY},support=${KEY}`],
    ['BRIM_SECRET_KEY', `two words=${KEY}`],
    ['BRIM_SECRET_KEY', `=${KEY}`],
    ['BRIM_SECRET_KEY', 'billing=brim_sk_short'],
    ['BRIM_SECRET_KEY', 'billing=brim_sk_0123456789abcdef'],
    ['BRIM_SECRET_KEY', 'billing=brim_sk_changeme-changeme-changeme'],
    ['BRIM_TOKEN_SECRET', TOKEN_SECRET.slice(1)],
    ['BRIM_TOKEN_SECRET', `${TOKEN_SECRET},`],
    ['BRIM_TOKEN_SECRET', `${TOKEN_SECRET},short`],
    ['BRIM_TOKEN_SECRET', [TOKEN_SECRET, OTHER_TOKEN_SECRET, TOKEN_SECRET.toLowerCase()].join(',')],
    ['BRIM_EMBEDDED_DATABASE', 'true'],
    ['BRIM_ALLOW_TEST_PAYMENTS', 'yes'],
    ['BRIM_ALLOW_INSECURE_PUBLIC_URL', 'yes'],
    ['RETURN_ORIGINS', 'capacitor://localhost'],
    ['RETURN_ORIGINS', 'https://shop.example/thanks'],
    ['PUBLIC_URL', 'http://brim.example'],
    ['PUBLIC_URL', 'https://user:word@brim.example'],
    ['PUBLIC_URL', 'https://brim.example?x=1'],
    ['STRIPE_SECRET_KEY', 'sk_test_1'],
    ['STRIPE_SECRET_KEY', 'rk_test_1'],
    ['STRIPE_WEBHOOK_SECRET', 'whsec_a,'],
    ['STRIPE_WEBHOOK_SECRET', 'whsec_a b'],
    ['DATABASE_URL', 'mysql://db/brim'],
    ['DATABASE_URL', 'db'],
    ['DATABASE_DIRECT_URL', 'db'],
    ['DATABASE_URL', 'postgresql://brim@one:5432,two:5432/brim?target_session_attrs=read-write'],
    ['DATABASE_URL', 'postgresql://brim@one,two/brim'],
    ['DATABASE_URL', 'postgresql:///brim?host=one,two'],
    ['DATABASE_READ_URL', 'db'],
    ['REDIS_URL', 'redis://127.0.0.1'],
    ['PUBLIC_URL', 'brim.example.com'],
    ['CORS_ORIGINS', '*'],
    ['CORS_ORIGINS', 'https://app.example.com/path'],
    ['CORS_ORIGINS', 'https://*.com'],
    ['CORS_ORIGINS', 'app.example.com'],
    ['BRIM_METRICS_PORT', '65536'],
    ['BRIM_METRICS_HOST', 'a host'],
    ['BRIM_LOG_ONE_IN', '-1'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318'],
    ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'https://user:word@collector.example/v1/traces'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'api-key'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'api key=1'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'api-key=%zz'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'api-key=1%0d%0ahost: other'],
    ['OTEL_RESOURCE_ATTRIBUTES', '=1'],
    ['OTEL_TRACES_SAMPLER', 'jaeger_remote'],
    ['OTEL_TRACES_SAMPLER_ARG', '1.5'],
    ['OTEL_SDK_DISABLED', 'yes'],
    ['LOG_LEVEL', 'loud'],
    ['BRIM_GRAPHIQL', 'yes'],
    ['BRIM_TEST_CLOCKS', 'yes'],
    ['BRIM_TEST_CLOCKS', 'true'],
    ['STRIPE_SECRET_KEY', 'pk_live_1'],
    ['STRIPE_WEBHOOK_SECRET', 'secret'],
    ['STRIPE_API_URL', 'stripe'],
    ['STRIPE_READS_PER_SECOND', '0'],
    ['STRIPE_READS_PER_SECOND', '101'],
    ['STRIPE_READS_PER_SECOND', '1.5'],
  ])('refuses %s=%s by name, and says what would be right', (name, value) => {
    const [problem, ...others] = problemsOf({ ...PRODUCTION, [name]: value });
    expect(others).toEqual([]);
    expect(problem).toMatch(new RegExp(`^${name} (must|is|can) .+`));
  });

  it('allows moving the time only on request, and never in production', () => {
    expect(readConfig({ BRIM_TEST_CLOCKS: 'true' }).testClocks).toBe(true);
    expect(readConfig({ ...PRODUCTION, BRIM_TEST_CLOCKS: 'false' }).testClocks).toBe(false);
    const [problem] = problemsOf({ ...PRODUCTION, BRIM_TEST_CLOCKS: 'true' });
    expect(problem).toMatch(/^BRIM_TEST_CLOCKS must be unset in production: /);
  });

  it('repeats no secret in a refusal', () => {
    const text = problemsOf({
      BRIM_SECRET_KEY: 'hunter2',
      BRIM_TOKEN_SECRET: 'hunter2',
      STRIPE_SECRET_KEY: 'hunter2',
      STRIPE_WEBHOOK_SECRET: 'hunter2',
      DATABASE_URL: 'hunter2',
    }).join();
    expect(text).not.toContain('hunter2');
  });

  it('refuses the parts of Stripe without its key', () => {
    expect(refusedNames({ STRIPE_WEBHOOK_SECRET: 'whsec_1', STRIPE_API_URL: 'http://127.0.0.1' })).toEqual([
      'STRIPE_WEBHOOK_SECRET',
      'STRIPE_API_URL',
    ]);
  });

  it('reports all problems at once, in the order of the table, although values are refused', () => {
    const text = Object.fromEntries(Object.keys(VARIABLES).map((name) => [name, 'wrong value']));
    const problems = problemsOf({ ...text, NODE_ENV: 'production', STRIPE_SECRET_KEY: '', BRIM_EMBEDDED_DATABASE: 'true' });
    const names = problems.map((problem) => problem.split(' ')[0]);
    expect(names).toEqual([
      'BRIM_SECRET_KEY',
      'BRIM_TOKEN_SECRET',
      'BRIM_TOKEN_SECRET',
      'STRIPE_SECRET_KEY',
      'STRIPE_WEBHOOK_SECRET',
      'STRIPE_WEBHOOK_SECRET',
      'STRIPE_API_URL',
      'STRIPE_API_URL',
      'STRIPE_READS_PER_SECOND',
      'BRIM_ALLOW_TEST_PAYMENTS',
      'DATABASE_URL',
      'BRIM_EMBEDDED_DATABASE',
      'DATABASE_DIRECT_URL',
      'DATABASE_READ_URL',
      'PUBLIC_URL',
      'BRIM_ALLOW_INSECURE_PUBLIC_URL',
      'REDIS_URL',
      'HOST',
      'PORT',
      'CORS_ORIGINS',
      'RETURN_ORIGINS',
      'BRIM_WEBHOOK_NETWORKS',
      'BRIM_METRICS_PORT',
      'BRIM_METRICS_HOST',
      'OTEL_EXPORTER_OTLP_ENDPOINT',
      'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
      'OTEL_EXPORTER_OTLP_HEADERS',
      'OTEL_RESOURCE_ATTRIBUTES',
      'OTEL_TRACES_SAMPLER',
      'OTEL_TRACES_SAMPLER_ARG',
      'OTEL_SDK_DISABLED',
      'LOG_LEVEL',
      'BRIM_LOG_ONE_IN',
      'BRIM_GRAPHIQL',
      'BRIM_FEDERATION',
      'BRIM_TRUSTED_ONLY',
      'BRIM_CONSOLE',
      'BRIM_TEST_CLOCKS',
      'BRIM_MIGRATE',
      'BRIM_MIGRATE_BESIDE_OLDER',
      'BRIM_CUSTOMERS_PER_BATCH',
      'BRIM_IDEMPOTENCY_DAYS',
      'BRIM_AUDIT_DAYS',
      'BRIM_PAYMENT_EVENT_DAYS',
      'BRIM_WEBHOOK_LOG_DAYS',
      'BRIM_POINTS_PER_TOKEN',
      'BRIM_POINTS_PER_CUSTOMER',
      'BRIM_POINTS_PER_KEY',
      'BRIM_MAX_CONNECTIONS',
    ]);
    expect(problems.join()).not.toContain('wrong value');
  });

  it.each([
    ['NODE_ENV', 'must be "production", "development" or "test"; unset means development.'],
    ['HOST', 'must be an address or a name of this machine, without a port: 127.0.0.1, ::1, localhost, 0.0.0.0.'],
    ['PORT', 'must be a whole number from 0 (any free port) to 65535.'],
    ['BRIM_GRAPHIQL', 'must be true or false.'],
    ['BRIM_WEBHOOK_NETWORKS', /^must be networks with commas between them, each an address/],
    ['LOG_LEVEL', 'must be one of fatal, error, warn, info, debug, trace, silent.'],
    ['STRIPE_READS_PER_SECOND', 'must be a whole number from 1 to 100.'],
    ['BRIM_MAX_CONNECTIONS', 'must be a whole number from 1 to 999,999,999,999.'],
    ['REDIS_URL', 'is not supported yet: unset it. Postgres carries changes between processes.'],
    ['DATABASE_URL', 'must be a URL that begins with postgres:// or postgresql://.'],
    ['PUBLIC_URL', 'must be a URL that begins with http:// or https://.'],
    [
      'BRIM_SECRET_KEY',
      /^must be one key, or several with commas .+: brim_sk_ and then letters, digits, _ or -, at least 24 characters in all\./,
    ],
    ['BRIM_TOKEN_SECRET', /^must be one secret, or two .+: at least 32 characters that nobody can guess, and no comma among/],
  ])('says of a wrong %s that it %s', (name, sentence) => {
    const expected = typeof sentence === 'string' ? sentence : expect.stringMatching(sentence);
    const problems = problemsOf({ [name]: 'wrong value' });
    expect(problems.map((problem) => problem.replace(`${name} `, ''))).toEqual([expected]);
  });

  it('reads how many customers one transaction may have', () => {
    expect(readConfig({})).not.toHaveProperty('customersPerBatch');
    expect(readConfig({ BRIM_CUSTOMERS_PER_BATCH: '1' })).toMatchObject({ customersPerBatch: 1 });
    for (const wrong of ['0', '-1', '1.5', '1001'])
      expect(refusedNames({ BRIM_CUSTOMERS_PER_BATCH: wrong })).toEqual(['BRIM_CUSTOMERS_PER_BATCH']);
  });

  it('reads what callers may consume, and the number of connections', () => {
    const env = {
      BRIM_POINTS_PER_TOKEN: '1000',
      BRIM_POINTS_PER_CUSTOMER: '2000',
      BRIM_POINTS_PER_KEY: '3000',
      BRIM_MAX_CONNECTIONS: '50',
    };
    expect(readConfig(env)).toMatchObject({
      pointsPerMinute: { perToken: 1_000, perCustomer: 2_000, perKey: 3_000 },
      maxConnections: 50,
    });
    expect(readConfig({ BRIM_POINTS_PER_KEY: '3000' }).pointsPerMinute).toEqual({ perKey: 3_000 });
    for (const wrong of ['0', '-1', '1.5', 'many', '1e6', '1000000000000000'])
      for (const name of Object.keys(env)) expect(refusedNames({ [name]: wrong })).toEqual([name]);
  });
});
