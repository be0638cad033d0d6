import { randomBytes, randomInt } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ConfigError, type Environment, readConfig } from '../../src/config/config.ts';
import { productionEnvironment } from '../support/secrets.ts';

const PRODUCTION = productionEnvironment();

function refusal(env: Environment): string {
  try {
    readConfig({ ...PRODUCTION, ...env });
    return '';
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.join('\n');
    throw error;
  }
}

const drawn = (alphabet: string, length: number) => Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');
const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const MIXED = `${LOWER}${LOWER.toUpperCase()}0123456789`;

describe('random secrets', () => {
  it.each([
    ['openssl rand -hex 24', () => randomBytes(24).toString('hex')],
    ['openssl rand -base64 48', () => randomBytes(48).toString('base64')],
    ['openssl rand -base64 24', () => randomBytes(24).toString('base64')],
    ['base64url', () => randomBytes(32).toString('base64url')],
    ['40 small letters', () => drawn(LOWER, 40)],
    ['36 letters and digits', () => drawn(MIXED, 36)],
    ['48 digits', () => drawn('0123456789', 48)],
    ['a UUID twice', () => `${crypto.randomUUID()}${crypto.randomUUID()}`],
  ])('are accepted: %s', (_, draw) => {
    for (let turn = 0; turn < 25; turn += 1) {
      const secret = draw();
      expect(refusal({ BRIM_TOKEN_SECRET: secret }), secret).toBe('');
      const key = `brim_sk_${secret.replace(/[+/=]/g, '_')}`;
      expect(refusal({ BRIM_SECRET_KEY: key }), key).toBe('');
    }
  });
});

describe('secrets that people make up', () => {
  const MADE_UP = [
    'x'.repeat(48),
    'ab'.repeat(24),
    `${'0'.repeat(47)}1`,
    'changeme'.repeat(5),
    'changeme-changeme-changeme-changeme',
    'Ch4ngeM3Ch4ngeM3Ch4ngeM3Ch4ngeM3',
    'please_change_this_before_going_live_',
    'abcdefghijklmnopqrstuvwxyz0123456789',
    '0123456789abcdef0123456789abcdef',
    'fedcba98765432100123456789abcdef',
    'qwertyuiopasdfghjklzxcvbnm1234567890',
    'aabbccddeeff00112233445566778899',
    '11112222333344445555666677778888',
    'a1b2c3d4e5f6g7h8i9j0k1l2m3n4o5p6',
    '0102030405060708090a0b0c0d0e0f10',
    'abcabcabdabdabeabeabfabfabgabgabh',
    'deadbeefdeadbeefdeadbeefdeadbeef',
    'MySuperSecretTokenForBrimInProduction2026',
    'this-is-a-very-long-secret-that-nobody-will-guess',
    'P4ssw0rd!P4ssw0rd!P4ssw0rd!P4ssw0rd!',
    'acme-corporation-billing-2026-key',
    'correct horse battery staple and so forth',
  ];

  it.each(MADE_UP)('are refused in production: %s', (secret) => {
    expect(refusal({ BRIM_TOKEN_SECRET: secret })).toMatch(/^BRIM_TOKEN_SECRET can be guessed: .+ openssl rand -base64 48$/);
    expect(refusal({ BRIM_TOKEN_SECRET: `${PRODUCTION.BRIM_TOKEN_SECRET},${secret}` })).toMatch(/^BRIM_TOKEN_SECRET can/);
    const key = `brim_sk_${secret.replace(/[^A-Za-z0-9_-]/g, '_')}`;
    expect(refusal({ BRIM_SECRET_KEY: key })).toMatch(/^BRIM_SECRET_KEY (can be guessed|is a sample).+openssl rand -hex 24/);
  });

  it('are accepted in development', () => {
    for (const secret of MADE_UP) expect(refusal({ NODE_ENV: 'development', BRIM_TOKEN_SECRET: secret })).toBe('');
  });

  it('are refused where one secret serves for both', () => {
    const both = `brim_sk_${randomBytes(24).toString('hex')}`;
    expect(refusal({ BRIM_SECRET_KEY: both, BRIM_TOKEN_SECRET: both })).toMatch(/^BRIM_TOKEN_SECRET must not be BRIM_SECRET_KEY/);
  });
});

describe('the sample secrets of the documentation', () => {
  const pages = ['README.md', ...filesIn('docs')];
  const NAMES = /^(?:export )?(BRIM_SECRET_KEY|BRIM_TOKEN_SECRET|STRIPE_SECRET_KEY|STRIPE_WEBHOOK_SECRET)=(\S.*)$/gm;
  const assigned = pages.flatMap((page) =>
    [...readFileSync(page, 'utf8').matchAll(NAMES)].map(([, name = '', value = '']) => [name, value, page] as const),
  );

  it('exist', () => expect(assigned.length).toBeGreaterThan(3));

  it.each(assigned)('cannot be pasted and start: %s=%s of %s', (name, value) => {
    expect(refusal({ [name]: value })).toMatch(new RegExp(`^${name} is a sample`));
    expect(refusal({ [name]: `"${value}"` })).toMatch(new RegExp(`^${name} `));
  });

  it('are refused with every other placeholder text', () => {
    const texts = pages.flatMap((page) => readFileSync(page, 'utf8').match(/\b(brim_sk|sk_live|whsec)_[^\s`'",)]+/g) ?? []);
    for (const text of texts) {
      const name = text.startsWith('brim')
        ? 'BRIM_SECRET_KEY'
        : text.startsWith('sk')
          ? 'STRIPE_SECRET_KEY'
          : 'STRIPE_WEBHOOK_SECRET';
      expect(refusal({ [name]: text }), text).toMatch(new RegExp(`^${name} `));
    }
  });

  it.each([
    ['BRIM_SECRET_KEY', 'brim_sk_made_with_openssl_rand_hex_24'],
    ['BRIM_SECRET_KEY', 'brim_sk_the_new_one_0123456789ab,brim_sk_the_old_one_0123456789ab'],
    ['BRIM_TOKEN_SECRET', 'the_output_of_openssl_rand_base64_48'],
    ['STRIPE_SECRET_KEY', 'sk_live_from_your_dashboard'],
    ['STRIPE_WEBHOOK_SECRET', 'whsec_from_the_endpoint_that_you_add'],
    ['BRIM_TOKEN_SECRET', '$(openssl rand -base64 48)'],
  ])('of earlier editions stay refused: %s=%s', (name, value) => {
    expect(refusal({ [name]: value })).toMatch(new RegExp(`^${name} is a sample`));
  });
});

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `${folder}/${name}`);
}
