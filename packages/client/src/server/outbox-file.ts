/**
 * The outbox on disk: one line for a track that was taken, one for a track that is done.
 *
 * A taken track is on the disk (fsync) before anything else happens to it; tracks that come
 * together share one fsync. That a track is done need not survive: sent again with its key, it is
 * answered again and not counted again. A line that a crash tore was never acknowledged, and is
 * left out. When most lines speak of what is done, the file is written anew beside itself and takes
 * its place.
 */
import { type FileHandle, open, readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import { BrimError } from './brim-error.ts';
import type { OutboxStore, QueuedTrack } from './outbox.ts';
import { type Claim, claimFile } from './outbox-claim.ts';

/** Below it, writing the file anew saves nothing. */
const COMPACT_MIN_BYTES = 65_536;

/** @throws BrimError OUTBOX_IN_USE where another process has it open. */
export async function openOutboxFile(file: string): Promise<OutboxStore> {
  const claim = await claimFile(file);
  return openClaimed(file, claim).catch(async (error: unknown) => {
    await claim.release();
    throw error;
  });
}

async function openClaimed(file: string, claim: Claim): Promise<OutboxStore> {
  const recovered = readLines(await readFile(file, 'utf8').catch(noneYet));
  const live = new Map(recovered.map((track) => [track.id, lineOf(track)]));
  let handle = await rewrite(file, live);
  let bytes = bytesOf(live);
  let waiting: { text: string; durable: boolean }[] = [];
  let writing: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined;
  let torn = false;

  /** Everything that waits, in one write. */
  async function writeWaiting(): Promise<void> {
    const batch = waiting;
    [waiting, next] = [[], undefined];
    // What a write that failed left behind must not swallow the next line.
    const text = (torn ? '\n' : '') + batch.map((each) => each.text).join('');
    torn = true;
    await handle.appendFile(text);
    if (batch.some(({ durable }) => durable)) await handle.datasync();
    torn = false;
    bytes += Buffer.byteLength(text);
    // Where it cannot be made smaller it is only larger than it need be.
    if (bytes >= COMPACT_MIN_BYTES && bytes >= 2 * bytesOf(live)) await compact().catch(() => undefined);
  }

  async function compact(): Promise<void> {
    const before = handle;
    handle = await rewrite(file, live);
    bytes = bytesOf(live);
    await before.close();
  }

  /** Resolves with the batch that it comes into: the one after what is being written now. */
  function write(text: string, durable: boolean): Promise<void> {
    waiting.push({ text, durable });
    if (next) return next;
    const written = writing.then(writeWaiting);
    next = written;
    writing = written.catch(() => undefined);
    return written;
  }

  return {
    recovered,
    async take(track) {
      const line = lineOf(track);
      live.set(track.id, line);
      await write(line, true).catch((cause: unknown) => {
        live.delete(track.id);
        throw new BrimError(`The outbox cannot be written: ${file}.`, { retryable: true, code: 'OUTBOX_UNWRITABLE', cause });
      });
    },
    async done(id) {
      live.delete(id);
      await write(`${JSON.stringify({ done: id })}\n`, false).catch(() => undefined);
    },
    async close() {
      await writing;
      await handle.close();
      await claim.release();
    },
  };
}

function lineOf(track: QueuedTrack): string {
  return `${JSON.stringify({ track })}\n`;
}

function bytesOf(live: ReadonlyMap<number, string>): number {
  let bytes = 0;
  for (const line of live.values()) bytes += Buffer.byteLength(line);
  return bytes;
}

/** What was taken and is not done, in the order of its taking. */
function readLines(text: string): readonly QueuedTrack[] {
  const pending = new Map<number, QueuedTrack>();
  for (const line of text.split('\n')) {
    const { track, done } = parseLine(line);
    if (track) pending.set(track.id, track);
    if (done !== undefined) pending.delete(done);
  }
  return [...pending.values()];
}

function parseLine(line: string): { readonly track?: QueuedTrack; readonly done?: number } {
  try {
    return JSON.parse(line) ?? {};
  } catch {
    return {};
  }
}

/** Beside itself first, so that a crash leaves the old file or the new one. */
async function rewrite(file: string, live: ReadonlyMap<number, string>): Promise<FileHandle> {
  const beside = `${file}.new`;
  const handle = await open(beside, 'w');
  await handle.appendFile([...live.values()].join(''));
  await handle.sync();
  await rename(beside, file);
  await syncFolder(path.dirname(file)).catch(() => undefined);
  return handle;
}

/**
 * So that the new name survives, too. Where a folder cannot be opened, as on Windows, the old file
 * may come back: nothing is lost.
 */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  await handle.sync().finally(() => handle.close());
}

function noneYet(error: unknown): string {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
  throw error;
}
