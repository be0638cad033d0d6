/**
 * Makes dist/: an ES module and its source map for each entry of package.json, the modules that
 * entries share in dist/shared/, the type declarations of all sources beside them, and the list of
 * the documents that they send.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { copyFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type OutputAsset, rolldown } from 'rolldown';

const HERE = import.meta.dirname;
const DIST = path.join(HERE, 'dist');

/** Where React's server components may not run a module: hooks need the React of a page. */
const CLIENT_ENTRY = 'react/index';

const GENERATED = '// Generated: the built module shows it.\n';

await rm(DIST, { recursive: true, force: true });
const bundle = await rolldown({
  cwd: HERE,
  input: entries(),
  platform: 'neutral',
  // Everything that is not a file of ours: other packages, and Node's own modules.
  external: /^[^./]/,
  transform: { target: 'es2022', jsx: { runtime: 'automatic', development: false } },
});
const { output } = await bundle.write({
  dir: DIST,
  format: 'es',
  entryFileNames: '[name].js',
  chunkFileNames: 'shared/[name].js',
  comments: { annotation: true, jsdoc: false, legal: false },
  sourcemap: true,
  banner: ({ name }) => (name === CLIENT_ENTRY ? '"use client";' : ''),
});
await bundle.close();
await copyFile(path.join(HERE, 'src/documents/generated/trusted.json'), path.join(DIST, 'trusted.json'));
for (const file of output) if (file.type === 'asset') await leaveOutGenerated(file);
execFileSync(process.execPath, [path.join(HERE, '../../node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json'], {
  cwd: HERE,
  stdio: 'inherit',
});

/** The source of each entry and program by its built module without the ending: `server/index`. */
function entries(): Record<string, string> {
  const { exports, bin } = JSON.parse(readFileSync(path.join(HERE, 'package.json'), 'utf8'));
  const built = Object.values<string | Record<string, string>>(exports).flatMap((entry) =>
    typeof entry === 'object' ? (entry['default'] ?? []) : [],
  );
  const names = [...built, ...Object.values<string>(bin)].map((file) => file.replace(/^(\.\/)?dist\/|\.js$/g, ''));
  return Object.fromEntries(names.map((name) => [name, `./src/${name}.ts`]));
}

/**
 * A source map does not repeat the generated documents: the built module shows them as they are.
 */
async function leaveOutGenerated({ fileName, source }: OutputAsset): Promise<void> {
  const map: { sources: string[]; sourcesContent: string[] } = JSON.parse(source.toString());
  const sourcesContent = map.sourcesContent.map((text, index) =>
    map.sources[index]?.includes('/generated/') ? GENERATED : text,
  );
  await writeFile(path.join(DIST, fileName), JSON.stringify({ ...map, sourcesContent }));
}
