/**
 * The page's sources, bundled into memory when somebody first asks for the page: there is no build step, and nothing is written.
 *
 * It takes a second or two, once. A start does not do it, because most starts are for the API.
 */
import path from 'node:path';

export interface PageFile {
  readonly body: string | Uint8Array<ArrayBuffer>;
  readonly type: string;
}

/** By their paths on the server, without the first slash: `index.html`, `demo/assets/…`. */
export type PageFiles = ReadonlyMap<string, PageFile>;

const PAGE_DIR = path.join(import.meta.dirname, '../page');

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
};

/** @throws Error of the bundler, which names the file and line. */
export async function bundlePage(): Promise<PageFiles> {
  const { build, defaultClientConditions } = await import('vite');
  const built = await leavingEnvironment(() =>
    build({
      root: PAGE_DIR,
      configFile: false,
      envFile: false,
      logLevel: 'silent',
      oxc: { jsx: { runtime: 'automatic', development: false } },
      resolve: { conditions: ['@brim/source', ...defaultClientConditions] },
      define: { 'process.env.NODE_ENV': '"production"' },
      build: { write: false, assetsDir: 'demo/assets', modulePreload: { polyfill: false }, chunkSizeWarningLimit: 2_000 },
    }),
  );
  if (!('output' in built)) throw new Error('The bundler gave no output.');
  return new Map(
    built.output.map((file) => [
      file.fileName,
      {
        body: file.type === 'chunk' ? file.code : asBody(file.source),
        type: TYPES[path.extname(file.fileName)] ?? 'application/octet-stream',
      },
    ]),
  );
}

/** A bundler sets NODE_ENV where it is unset, and leaves it so: whatever asked later would take this process for production. */
async function leavingEnvironment<Result>(work: () => Promise<Result>): Promise<Result> {
  const before = process.env['NODE_ENV'];
  try {
    return await work();
  } finally {
    if (before === undefined) delete process.env['NODE_ENV'];
  }
}

function asBody(source: string | Uint8Array): PageFile['body'] {
  return typeof source === 'string' ? source : new Uint8Array(source);
}
