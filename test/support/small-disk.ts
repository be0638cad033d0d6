/** A file system of a few megabytes, which a test may fill to the last block. */
import { spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface SmallDisk {
  readonly dir: string;
  /** Leaves no room for anybody. */
  fill(): Promise<void>;
  /** Gives back what `fill` took. */
  empty(): Promise<void>;
  close(): Promise<void>;
}

/** @returns undefined, with a word on standard error, where this user may not mount one. */
export async function openSmallDisk(megabytes: number): Promise<SmallDisk | undefined> {
  const dir = await mkdtemp(path.join(tmpdir(), 'brim-disk-'));
  const { status, stderr, error } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', dir], {
    encoding: 'utf8',
  });
  if (status !== 0) {
    process.stderr.write(`\nNo file system could be mounted, so no disk was filled: ${error?.message ?? stderr.trim()}\n`);
    await rm(dir, { recursive: true });
    return undefined;
  }
  await chmod(dir, 0o755);
  const filler = path.join(dir, 'filler');
  return {
    dir,
    async fill() {
      await mkdir(filler, { recursive: true });
      const file = await open(path.join(filler, 'all'), 'a');
      try {
        // Whole blocks first, and then what is left of the last one.
        for (const bytes of [1_048_576, 4_096, 1]) {
          const block = Buffer.alloc(bytes);
          for (let hasRoom = true; hasRoom; )
            hasRoom = await file.write(block).then(
              ({ bytesWritten }) => bytesWritten === bytes,
              () => false,
            );
        }
      } finally {
        await file.close();
      }
    },
    empty: () => rm(filler, { recursive: true, force: true }),
    async close() {
      spawnSync('umount', ['--lazy', dir]);
      await rm(dir, { recursive: true, force: true });
    },
  };
}
