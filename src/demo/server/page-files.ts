/**
 * The page's files, as a build made them from src/demo/page. They are read when somebody first asks
 * for the page.
 */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { PACKAGE_FOLDER } from '../../platform/package-folder.ts';

export interface PageFile {
  readonly body: string | Uint8Array<ArrayBuffer>;
  readonly type: string;
}

/** By their paths on the server, without the first slash: `index.html`, `demo/assets/…`. */
export type PageFiles = ReadonlyMap<string, PageFile>;

const PAGE_FOLDER = path.join(PACKAGE_FOLDER, 'dist/page');

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
};

/** @throws Error where the page is not built. */
export async function readPage(): Promise<PageFiles> {
  const entries = await readdir(PAGE_FOLDER, { recursive: true, withFileTypes: true }).catch((cause: unknown) => {
    throw new Error('It is not built. Run: npm run build', { cause });
  });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  return new Map(
    await Promise.all(
      files.map(async (file) => {
        const type = TYPES[path.extname(file)] ?? 'application/octet-stream';
        const name = path.relative(PAGE_FOLDER, file).replaceAll(path.sep, '/');
        return [name, { body: new Uint8Array(await readFile(file)), type }] as const;
      }),
    ),
  );
}
