/**
 * Builds what the benchmark runs beside Brim as Brim itself is built. Run from their sources, by
 * tsx, functions that make many closures take up to four times as long, and the ledger is such a
 * function: the comparison would be false.
 */
import { rmSync } from 'node:fs';
import path from 'node:path';
import { rolldown } from 'rolldown';

const ROOT = path.resolve(import.meta.dirname, '..');
/** Not below dist/, which is published. */
const FOLDER = path.join(ROOT, 'node_modules/.cache/brim-bench');

/** The modules that serve tasks in a process of their own (child.ts). */
const PROGRAMS = ['load/callers', 'subject/ledger', 'rivals/bare-http', 'rivals/idle-yoga', 'rivals/naive-yoga'] as const;

export type Program = (typeof PROGRAMS)[number];

let built: Promise<void> | undefined;

/** The path of a built program. All are built at the first call. */
export async function builtProgram(program: Program): Promise<string> {
  built ??= build();
  await built;
  return path.join(FOLDER, `${nameOf(program)}.js`);
}

const nameOf = (program: Program) => path.basename(program);

async function build(): Promise<void> {
  rmSync(FOLDER, { recursive: true, force: true });
  const bundle = await rolldown({
    cwd: ROOT,
    input: Object.fromEntries(PROGRAMS.map((program) => [nameOf(program), `./bench/${program}.ts`])),
    platform: 'node',
    external: /^[^./]/,
    transform: { target: 'node20.19' },
  });
  await bundle.write({
    dir: FOLDER,
    format: 'es',
    entryFileNames: '[name].js',
    chunkFileNames: '[name].js',
    sourcemap: true,
  });
  await bundle.close();
}
