/**
 * An outbox has one owner: a file beside it names the process, and one whose process is gone is
 * taken over.
 */
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { BrimError } from './brim-error.ts';

/** Those of this process, whose own id says nothing: in a container every start has the same. */
const claimed = new Set<string>();

export interface Claim {
  release(): Promise<void>;
}

export async function claimFile(file: string): Promise<Claim> {
  const claim = `${path.resolve(file)}.owner`;
  const inUse = (owner: number) =>
    new BrimError(`The outbox ${file} is open already, in process ${owner}. Give each process a file of its own.`, {
      retryable: false,
      code: 'OUTBOX_IN_USE',
    });
  if (claimed.has(claim)) throw inUse(process.pid);
  claimed.add(claim);
  try {
    const owner = Number(await readFile(claim, 'utf8').catch(() => ''));
    if (owner !== 0 && owner !== process.pid && isAlive(owner)) throw inUse(owner);
    await rm(claim, { force: true });
    await writeFile(claim, String(process.pid), { flag: 'wx' });
  } catch (error) {
    claimed.delete(claim);
    throw error;
  }
  return {
    async release() {
      claimed.delete(claim);
      await rm(claim, { force: true });
    },
  };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // It is there, and another user's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
