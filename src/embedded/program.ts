/**
 * Runs a program of the PostgreSQL distribution to its end, as the user who owns the cluster.
 *
 * It runs in its own process group, so that a terminal's Ctrl-C reaches Brim and does not interrupt
 * a start or a stop. Its messages are in English, because Brim reads them, and it gets no PG*
 * variable of the caller's environment.
 */
import { spawn } from 'node:child_process';

/** The system user who runs PostgreSQL; empty where it is the user who runs Brim. */
export interface SystemUser {
  readonly uid?: number;
  readonly gid?: number;
}

export interface ProgramEnd {
  /** Null where a signal ended it. */
  readonly exitCode: number | null;
  /** Standard output and error, in their order. */
  readonly output: string;
}

export interface ProgramRun {
  readonly path: string;
  readonly args: readonly string[];
  readonly user: SystemUser;
  /** A folder that the user can enter: PostgreSQL's programs refuse to start elsewhere. */
  readonly workingDir: string;
}

export function runProgram({ path, args, user, workingDir }: ProgramRun): Promise<ProgramEnd> {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(PG|LC_|LANG)/.test(name)));
  return new Promise((resolve, reject) => {
    const child = spawn(path, [...args], {
      ...user,
      cwd: workingDir,
      env: { ...env, LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
      windowsHide: true,
    });
    const chunks: string[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => chunks.push(chunk));
    }
    child.once('error', reject);
    child.once('close', (exitCode) => resolve({ exitCode, output: chunks.join('').trim() }));
  });
}
