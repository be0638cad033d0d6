/**
 * The cluster: the folder with PostgreSQL's files, and the password of the role that made it.
 *
 * A cluster exists completely or not at all. It is made in a folder beside its final one, with its
 * password inside, and renamed when it is ready. So a crash at any instant, or two starts at once,
 * leave nothing incomplete.
 */
import { randomBytes } from 'node:crypto';
import { chown, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { systemClock } from '../values/clock.ts';
import type { Binaries } from './binaries.ts';
import { runProgram, type SystemUser } from './program.ts';
import { codeOf } from './system-error.ts';

export const CLUSTER_USER = 'brim';

export interface Cluster {
  readonly dir: string;
  readonly user: SystemUser;
  readonly password: string;
}

interface ClusterPlace {
  readonly dir: string;
  readonly user: SystemUser;
  readonly binaries: Binaries;
  /** False where a power cut may destroy the cluster, as in tests. */
  readonly durable: boolean;
}

/**
 * Reads the cluster, and makes it first where there is none. Refuses one of another major version.
 */
export async function openCluster(place: ClusterPlace): Promise<Cluster> {
  const { dir, user, binaries } = place;
  if ((await readVersion(dir)) === undefined) await createCluster(place);
  await checkVersion(dir, binaries);
  return { dir, user, password: (await readFile(passwordFile(dir), 'utf8')).trim() };
}

/**
 * @throws Error, with a solution, where the folder holds no cluster, or one of another major
 * version.
 */
export async function checkVersion(dir: string, { majorVersion }: Pick<Binaries, 'majorVersion'>): Promise<void> {
  const version = await readVersion(dir);
  if (version === undefined) throw new Error(`There is no database in the folder ${dir} any more: put it back.`);
  if (version !== majorVersion) {
    throw new Error(
      `The database folder ${dir} was made by PostgreSQL ${version}, and PostgreSQL ${majorVersion} is installed. Dump it with the old version and restore it, or set BRIM_DATA_DIR to another folder.`,
    );
  }
}

function passwordFile(dir: string): string {
  return path.join(dir, 'brim-password');
}

async function readVersion(dir: string): Promise<string | undefined> {
  try {
    return (await readFile(path.join(dir, 'PG_VERSION'), 'utf8')).trim();
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function createCluster({ dir, user, binaries, durable }: ClusterPlace): Promise<void> {
  await removeAbandoned(dir);
  const staging = await mkdtemp(`${dir}.new-`);
  try {
    const filled = path.join(staging, 'cluster');
    const pwfile = path.join(staging, 'password');
    await mkdir(filled, { mode: 0o700 });
    await writeFile(pwfile, randomBytes(24).toString('hex'), { mode: 0o600 });
    for (const made of [staging, filled, pwfile]) await giveTo(user, made);
    const args = [
      ...[`--pgdata=${filled}`, `--username=${CLUSTER_USER}`, `--pwfile=${pwfile}`, '--auth=scram-sha-256'],
      ...['--encoding=UTF8', '--locale=C', '--no-instructions', ...(durable ? [] : ['--no-sync'])],
    ];
    const { exitCode, output } = await runProgram({ path: binaries.initdb, args, user, workingDir: staging });
    if (exitCode !== 0) throw new Error(`PostgreSQL could not make its files in ${dir}: ${output}`);
    await rename(pwfile, passwordFile(filled));
    await moveUnlessMade(filled, dir);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/** A slower second start finds the folder made, and uses it. */
async function moveUnlessMade(filled: string, dir: string): Promise<void> {
  try {
    await rename(filled, dir);
  } catch (error) {
    if ((await readVersion(dir)) === undefined) throw error;
  }
}

/** Removes the leftovers of killed starts. Those of a start that is still running are younger. */
async function removeAbandoned(dir: string): Promise<void> {
  const abandonedAfterMs = 10 * 60_000;
  const parent = path.dirname(dir);
  for (const name of await readdir(parent)) {
    if (!name.startsWith(`${path.basename(dir)}.new-`)) continue;
    const staging = path.join(parent, name);
    const made = await stat(staging).catch(() => undefined);
    if (made === undefined || systemClock.now().getTime() - made.mtimeMs < abandonedAfterMs) continue;
    await rm(staging, { recursive: true, force: true });
  }
}

async function giveTo(user: SystemUser, target: string): Promise<void> {
  if (user.uid !== undefined && user.gid !== undefined) await chown(target, user.uid, user.gid);
}
