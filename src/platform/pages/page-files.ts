/**
 * The files of a page, as a build made them in dist/. They are read when somebody first asks for
 * the page.
 */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { PACKAGE_FOLDER } from '../package-folder.ts';

export interface PageFile {
  readonly body: string | Uint8Array<ArrayBuffer>;
  readonly type: string;
}

/** By their paths in the folder of the page: `index.html`, `assets/…`. */
export type PageFiles = ReadonlyMap<string, PageFile>;

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
};

/** @param part The page's folder in dist/. @throws Error where the page is not built. */
export async function readPageFiles(part: string): Promise<PageFiles> {
  const folder = path.join(PACKAGE_FOLDER, 'dist', part);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((cause: unknown) => {
    throw new Error('It is not built. Run: npm run build', { cause });
  });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  return new Map(
    await Promise.all(
      files.map(async (file) => {
        const type = TYPES[path.extname(file)] ?? 'application/octet-stream';
        const name = path.relative(folder, file).replaceAll(path.sep, '/');
        return [name, { body: new Uint8Array(await readFile(file)), type }] as const;
      }),
    ),
  );
}
