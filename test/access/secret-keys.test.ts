import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { developmentKey, developmentTokenSecret } from '../../src/access/development-secrets.ts';
import { keyIdOf, openSecretKeys } from '../../src/access/secret-keys.ts';
import { readConfig } from '../../src/config/config.ts';

function acceptedBy(keys: readonly string[]) {
  const opened = openSecretKeys(keys);
  return { accepts: (text: string) => opened.find(text) !== undefined };
}

describe('secret keys', () => {
  it('accept each of two, while one replaces the other, and nothing else', () => {
    const keys = acceptedBy(['brim_sk_the_new_one_000000', 'brim_sk_the_old_one_000000']);
    expect(keys.accepts('brim_sk_the_new_one_000000')).toBe(true);
    expect(keys.accepts('brim_sk_the_old_one_000000')).toBe(true);
    for (const wrong of [
      '',
      'brim_sk_',
      'brim_sk_the_new_one_00000',
      'brim_sk_the_new_one_0000000',
      'BRIM_SK_THE_NEW_ONE_000000',
    ]) {
      expect(keys.accepts(wrong)).toBe(false);
    }
  });

  it('that were accepted are accepted again, and texts that resemble them are not', () => {
    const keys = acceptedBy(['brim_sk_a_key_of_the_test_00', 'brim_sk_another_key_ü']);
    for (let times = 0; times < 3; times += 1) {
      for (const key of ['brim_sk_a_key_of_the_test_00', 'brim_sk_another_key_ü']) expect(keys.accepts(key)).toBe(true);
      for (const wrong of ['brim_sk_a_key_of_the_test_01', 'brim_sk_a_key_of_the_test_0', 'brim_sk_another_key_u', '']) {
        expect(keys.accepts(wrong)).toBe(false);
      }
    }
  });

  it('say which key it is, by an id without a secret and by the name before the key', () => {
    const [billing, old] = ['brim_sk_of_the_billing_0000', 'brim_sk_the_old_one_000000'];
    const keys = openSecretKeys([`billing=${billing}`, old]);
    for (let times = 0; times < 2; times += 1) {
      expect(keys.find(billing)).toEqual({ kind: 'app', key: { id: keyIdOf(billing), name: 'billing' } });
      expect(keys.find(old)).toEqual({ kind: 'app', key: { id: keyIdOf(old), name: null } });
      for (const wrong of [`billing=${billing}`, 'billing', keyIdOf(billing)]) expect(keys.find(wrong)).toBeUndefined();
    }
    expect(keyIdOf(billing)).toMatch(/^key_[0-9a-f]{12}$/);
    expect(openSecretKeys([billing]).find(billing)?.key?.id).toBe(keyIdOf(billing));
    expect(keyIdOf(old)).not.toBe(keyIdOf(billing));
  });

  it('accept nothing where none is configured', () => {
    expect(acceptedBy([]).accepts('')).toBe(false);
  });
});

describe('the secrets of a development start', () => {
  async function openDataDir(): Promise<string> {
    const dataDir = await mkdtemp(join(tmpdir(), 'brim-access-'));
    onTestFinished(() => rm(dataDir, { recursive: true }));
    return join(dataDir, 'made', 'when', 'needed');
  }

  it('are made once, kept, and readable by their owner only', async () => {
    const dataDir = await openDataDir();
    const key = await developmentKey(dataDir);
    const secret = await developmentTokenSecret(dataDir);
    expect(await developmentKey(dataDir)).toBe(key);
    expect(await developmentTokenSecret(dataDir)).toBe(secret);
    expect((await stat(join(dataDir, 'secret-key'))).mode & 0o777).toBe(0o600);
    expect((await stat(join(dataDir, 'token-secret'))).mode & 0o777).toBe(0o600);
    expect((await readFile(join(dataDir, 'secret-key'), 'utf8')).trim()).toBe(key);
  });

  it('are the same for two starts at the same time', async () => {
    const dataDir = await openDataDir();
    const keys = await Promise.all(Array.from({ length: 20 }, () => developmentKey(dataDir)));
    expect(new Set(keys).size).toBe(1);
  });

  it('would be accepted in production', async () => {
    const dataDir = await openDataDir();
    const config = readConfig({
      BRIM_SECRET_KEY: await developmentKey(dataDir),
      BRIM_TOKEN_SECRET: await developmentTokenSecret(dataDir),
    });
    expect(config.secretKeys).toHaveLength(1);
  });
});
