import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { warningsOf } from '../../src/config/warnings.ts';
import { productionEnvironment } from '../support/secrets.ts';

const of = (env: Record<string, string | undefined>) => warningsOf(readConfig({ ...productionEnvironment(), ...env }));

describe('at each start the operator is warned', () => {
  it('of nothing in a usual configuration', () => {
    expect([of({}), warningsOf(readConfig({}))]).toEqual([[], []]);
  });

  it.each([
    [{ STRIPE_SECRET_KEY: 'rk_test_1', BRIM_ALLOW_TEST_PAYMENTS: 'true' }, /^STRIPE_SECRET_KEY is a test key/],
    [{ PUBLIC_URL: 'http://brim.example', BRIM_ALLOW_INSECURE_PUBLIC_URL: 'true' }, /^PUBLIC_URL is http/],
    [{ BRIM_GRAPHIQL: 'true' }, /^BRIM_GRAPHIQL is on/],
    [{ DATABASE_URL: undefined, BRIM_EMBEDDED_DATABASE: 'true' }, /^The database is in BRIM_DATA_DIR/],
    [{ NODE_ENV: 'development', HOST: '0.0.0.0', PUBLIC_URL: undefined }, /this is a development server/],
  ])('of unusual settings: %j', (env, sentence) => {
    expect(of(env)).toEqual([expect.stringMatching(sentence)]);
  });
});
