/** A folder that several processes make at once, and that each of them finds complete. */
import { existsSync } from 'node:fs';
import { mkdtemp, rename, rm } from 'node:fs/promises';

/**
 * Makes a folder where it does not exist. It gets its name when it is complete: nobody finds half
 * of it, and a process that dies while it makes it leaves nothing under that name.
 * @param make fills the folder that it is given.
 * @returns `folder`.
 */
export async function madeOnce(folder: string, make: (draft: string) => Promise<void>): Promise<string> {
  if (existsSync(folder)) return folder;
  const draft = await mkdtemp(`${folder}.making-`);
  try {
    await make(draft);
    await rename(draft, folder);
  } catch (error) {
    // Another process may have been faster.
    if (!existsSync(folder)) throw error;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return folder;
}
