/**
 * Decides which system user runs PostgreSQL, and checks that this user can reach what it needs.
 *
 * PostgreSQL refuses to run as root. Root therefore runs it as the owner of the cluster's folder,
 * or as `postgres`, who is created where missing. Every other user runs it as themselves.
 */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { runProgram, type SystemUser } from './program.ts';

const USER_NAME = 'postgres';

export async function findSystemUser(clusterDir: string): Promise<SystemUser> {
  const ownUid = process.getuid?.();
  if (ownUid === undefined) return {};
  const owner = await stat(clusterDir).catch(() => undefined);
  if (ownUid !== 0) {
    if (owner !== undefined && owner.uid !== ownUid) {
      throw new Error(
        `The database folder ${clusterDir} belongs to the system user ${owner.uid}, and Brim runs as ${ownUid}. Start Brim as its owner, or give the folder away: chown -R ${ownUid} ${clusterDir}`,
      );
    }
    return {};
  }
  if (owner !== undefined && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  const user = (await findUserByName()) ?? (await createUser());
  if (owner !== undefined) {
    throw new Error(
      `The database folder ${clusterDir} belongs to root, as whom PostgreSQL refuses to run. Give it away: chown -R ${user.uid}:${user.gid} ${clusterDir}`,
    );
  }
  return user;
}

/** The first folder on one of these paths that the user may not enter, if there is one. */
export async function firstUnreachable(user: SystemUser, paths: readonly string[]): Promise<string | undefined> {
  if (user.uid === undefined) return undefined;
  const folders = paths.flatMap(ancestors);
  // The kernel is asked as that user, because mode bits alone ignore access control lists.
  const script = 'for folder; do [ -x "$folder" ] || { echo "$folder"; exit 1; }; done';
  const { exitCode, output } = await runProgram({
    path: '/bin/sh',
    args: ['-c', script, 'sh', ...folders],
    user,
    workingDir: '/',
  });
  return exitCode === 0 ? undefined : output;
}

/** Refuses, by name, a folder that the user may not enter. */
export async function checkReachable(user: SystemUser, paths: readonly string[]): Promise<void> {
  const closed = await firstUnreachable(user, paths);
  if (closed === undefined) return;
  throw new Error(
    `The system user ${user.uid}, as whom PostgreSQL runs because Brim runs as root, cannot enter ${closed}. Either allow it (chmod o+x ${closed}), or put BRIM_DATA_DIR where it can go, or start Brim as a user other than root.`,
  );
}

/** The folder and all folders above it, beginning with the root. */
function ancestors(folder: string): string[] {
  const parent = path.dirname(folder);
  return parent === folder ? [folder] : [...ancestors(parent), folder];
}

async function findUserByName(): Promise<Required<SystemUser> | undefined> {
  const [uid, gid] = await Promise.all(['-u', '-g'].map(idOfUser));
  return uid === undefined || gid === undefined ? undefined : { uid, gid };
}

async function idOfUser(option: string): Promise<number | undefined> {
  const { exitCode, output } = await runProgram({ path: 'id', args: [option, USER_NAME], user: {}, workingDir: '/' });
  return exitCode === 0 && /^\d+$/.test(output) ? Number(output) : undefined;
}

async function createUser(): Promise<Required<SystemUser>> {
  const args = ['--system', '--user-group', '--no-create-home', '--shell', '/bin/false', USER_NAME];
  const end = await runProgram({ path: 'useradd', args, user: {}, workingDir: '/' }).catch((error: unknown) => ({
    exitCode: null,
    output: String(error),
  }));
  const user = await findUserByName();
  if (user !== undefined) return user;
  throw new Error(
    `PostgreSQL refuses to run as root, and the system user ${USER_NAME} could not be created (${end.output}). Start Brim as a user other than root, or set DATABASE_URL.`,
  );
}
