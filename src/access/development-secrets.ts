/**
 * The secrets of a development start: made once, kept in the data folder, and readable by their
 * owner only.
 *
 * Two processes that start at the same time get the same secret. Production never calls this.
 */
import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SECRET_KEY_PREFIX } from './secret-keys.ts';

/** The secret key of this data folder. */
export function developmentKey(dataDir: string): Promise<string> {
  return readOrMake(join(dataDir, 'secret-key'), () => `${SECRET_KEY_PREFIX}dev_${randomBytes(24).toString('base64url')}`);
}

/** The same where it was made already: for a command, which makes none. */
export function keptDevelopmentKey(dataDir: string): Promise<string | undefined> {
  return readIfThere(join(dataDir, 'secret-key'));
}

/** The secret that signs the customer tokens of this data folder. */
export function developmentTokenSecret(dataDir: string): Promise<string> {
  return readOrMake(join(dataDir, 'token-secret'), () => randomBytes(48).toString('base64url'));
}

async function readOrMake(path: string, make: () => string): Promise<string> {
  const kept = await readIfThere(path);
  if (kept !== undefined) return kept;
  await mkdir(join(path, '..'), { recursive: true });
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  await writeFile(draft, `${make()}\n`, { mode: 0o600, flag: 'wx' });
  try {
    // A link appears completely or not at all, and never replaces one that another process has just
    // made.
    await link(draft, path);
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  } finally {
    await rm(draft, { force: true });
  }
  return (await readFile(path, 'utf8')).trim();
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, 'utf8')).trim() || undefined;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
