/**
 * Makes the symbolic links through which PostgreSQL's programs find their shared libraries.
 *
 * An npm package cannot contain links. The platform package lists them and makes them in its
 * install script, but npm may be told to run no scripts. Missing links are made here; existing ones
 * are not touched, so that two starts at once do not disturb each other. It refuses, by name, a
 * package that it may not write to.
 */
import { access, readFile, symlink } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { codeOf } from './system-error.ts';

/** Both paths are relative to the package; the target is the link. */
const linkList = z.array(z.object({ source: z.string(), target: z.string() }));

export async function linkLibraries(packageDir: string): Promise<void> {
  const listText = await readFile(path.join(packageDir, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of linkList.parse(JSON.parse(listText))) {
    const link = path.join(packageDir, target);
    try {
      await symlink(path.relative(path.dirname(target), source), link);
    } catch (cause) {
      if (await exists(link)) continue;
      throw new Error(
        `PostgreSQL's libraries in ${packageDir} lack the link ${target}, and it cannot be made (${codeOf(cause)}). As a user who may write there, run: npm rebuild --ignore-scripts=false`,
        { cause },
      );
    }
  }
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
