/**
 * Finds folders that PostgreSQL's user can enter, where Brim's own are closed to it.
 *
 * Only root needs this: PostgreSQL then runs as another user, who cannot pass through a private
 * folder such as /root. The programs are copied once for each version. The cluster is kept in a
 * folder for all Brims of this machine, and a link in the data folder leads to it. No permissions
 * are changed.
 */
import { createHash, randomBytes } from 'node:crypto';
import { cp, mkdir, readlink, realpath, rename, rm, stat, symlink } from 'node:fs/promises';
import path from 'node:path';
import { type Binaries, programsIn } from './binaries.ts';
import type { SystemUser } from './program.ts';
import { codeOf } from './system-error.ts';
import { firstUnreachable } from './system-user.ts';

/**
 * The folder in which root keeps files for other users. Everybody may pass through it, nobody may
 * list it.
 */
export const SHARED_DIR = '/var/lib/brim';

/** The programs themselves, or a copy that the user can run. */
export async function reachableBinaries(user: SystemUser, binaries: Binaries, sharedDir: string): Promise<Binaries> {
  if ((await firstUnreachable(user, [path.dirname(binaries.postgres)])) === undefined) return binaries;
  await openSharedDir(sharedDir);
  const copy = path.join(sharedDir, `postgresql-${binaries.version}`);
  if (!(await exists(copy))) {
    const draft = `${copy}.${randomBytes(6).toString('hex')}`;
    await cp(path.resolve(binaries.postgres, '../..'), draft, { recursive: true, verbatimSymlinks: true });
    // Complete or not at all. Of two concurrent copies the second finds the first.
    await rename(draft, copy).catch(async (error: unknown) => {
      await rm(draft, { recursive: true, force: true });
      if (!['ENOTEMPTY', 'EEXIST'].includes(codeOf(error) ?? '')) throw error;
    });
  }
  return { ...binaries, ...programsIn(copy) };
}

/**
 * The cluster's folder: `<dataDir>/postgres`, or the target of a link with that name. The link is
 * made where the user cannot enter the data folder and it contains no cluster yet.
 */
export async function reachableClusterDir(user: SystemUser, dataDir: string, sharedDir: string): Promise<string> {
  const clusterDir = path.join(dataDir, 'postgres');
  const linked = await readlink(clusterDir).catch(() => undefined);
  if (linked !== undefined) {
    await mkdir(path.dirname(linked), { recursive: true, mode: 0o711 });
    return linked;
  }
  if ((await firstUnreachable(user, [dataDir])) === undefined || (await exists(clusterDir))) return clusterDir;
  await openSharedDir(sharedDir);
  const name = createHash('sha256')
    .update(await realpath(dataDir))
    .digest('hex')
    .slice(0, 16);
  const elsewhere = path.join(sharedDir, name, 'postgres');
  await mkdir(path.dirname(elsewhere), { recursive: true, mode: 0o711 });
  await symlink(elsewhere, clusterDir).catch((error: unknown) => {
    if (codeOf(error) !== 'EEXIST') throw error;
  });
  return elsewhere;
}

async function openSharedDir(sharedDir: string): Promise<void> {
  await mkdir(sharedDir, { recursive: true, mode: 0o711 });
}

function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
