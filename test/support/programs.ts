/**
 * Programs of Debian's packages that tests start as operators do; .ci/run installs them. Where one
 * is missing, its tests fail in CI, and are skipped elsewhere with a word on standard error.
 */
import type { ChildProcess } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';

/** Where the program is; undefined where there is none. */
export function findProgram(name: string): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(path.delimiter), '/usr/sbin'];
  return folders.map((folder) => path.join(folder, name)).find(isProgram);
}

/** @throws Error in CI where there is no such program. */
export function hasProgram(name: string, whatWasNotTried: string): boolean {
  if (findProgram(name) !== undefined) return true;
  const missing = `${name} is not installed, so ${whatWasNotTried}: apt-get install ${name}`;
  if (process.env['CI']) throw new Error(missing);
  process.stderr.write(`\n${missing}\n`);
  return false;
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject).listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(address !== null && typeof address === 'object' ? address.port : 0));
    });
  });
}

/** Kills it and waits until it is gone. */
export async function endProgram(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await exited;
}
