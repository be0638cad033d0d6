/**
 * A new project in a folder outside of this repository, as somebody makes one who installs a
 * package from npm. The package comes from `npm pack`, all else from the registry.
 */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

export const ROOT = path.resolve(import.meta.dirname, '../..');
const run = promisify(execFile);

export interface Project {
  readonly folder: string;
  /**
   * Names and versions, or paths of tarballs. @throws NoRegistryError, or Error with what npm says.
   */
  install(packages: readonly string[]): Promise<void>;
  write(files: Readonly<Record<string, string>>): Promise<void>;
  /** What Node prints. @param args as after `node`. @throws Error with all that it printed. */
  node(...args: readonly string[]): Promise<string>;
  /**
   * TypeScript of this repository unless told, over the project's tsconfig. @returns its
   * complaints.
   */
  check(tsconfig: string, compiler?: string): Promise<string>;
  remove(): Promise<void>;
}

/** The registry cannot be reached from here, so nothing was tried. */
export class NoRegistryError extends Error {}

export async function openProject(): Promise<Project> {
  const folder = await mkdtemp(path.join(tmpdir(), 'brim-project-'));
  const write: Project['write'] = async (files) => {
    for (const [name, text] of Object.entries(files)) {
      await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
      await writeFile(path.join(folder, name), text);
    }
  };
  await write({ 'package.json': JSON.stringify({ name: 'project', private: true, type: 'module' }) });
  return {
    folder,
    write,
    install: (packages) =>
      npm(folder, 'install', '--no-audit', '--no-fund', '--prefer-offline', ...packages).then(() => undefined),
    async node(...args) {
      const ran = run(process.execPath, args, { cwd: folder, env: environment(), maxBuffer: 1 << 26 });
      const { stdout } = await ran.catch((error: Error & { stdout?: string }) => {
        throw new Error(`${error.message}\n${error.stdout}`, { cause: error });
      });
      return stdout;
    },
    async check(tsconfig, compiler = path.join(ROOT, 'node_modules/typescript/bin/tsc')) {
      const args = [compiler, '-p', path.join(folder, tsconfig)];
      const { stdout } = await run(process.execPath, args, { cwd: folder, env: environment() }).catch(
        (error: { stdout: string }) => error,
      );
      return stdout;
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

export interface Packed {
  readonly tarball: string;
  readonly bytes: number;
  readonly files: readonly string[];
}

/** Builds a workspace and packs it, as publishing would. @param into an existing folder. */
export function pack(workspace: string, into: string): Promise<Packed> {
  return packed(into, '--workspace', workspace);
}

/**
 * Packs the server as this run of the tests has built it. A build here would replace modules under
 * the processes of other tests.
 */
export function packServer(into: string): Promise<Packed> {
  return packed(into, '--ignore-scripts');
}

async function packed(into: string, ...args: readonly string[]): Promise<Packed> {
  const stdout = await npm(ROOT, 'pack', '--json', '--pack-destination', into, ...args);
  const [answer] = JSON.parse(stdout.slice(stdout.indexOf('[\n')));
  const { filename, size, files }: { filename: string; size: number; files: readonly { path: string }[] } = answer;
  return { tarball: path.join(into, filename), bytes: size, files: files.map((file) => file.path) };
}

/** The version of a package that this repository is tested with: `react@19.3.1`. */
export async function asHere(name: string): Promise<string> {
  const { devDependencies, dependencies } = JSON.parse(await readFile(path.join(ROOT, 'package.json'), 'utf8'));
  return `${name}@${devDependencies[name] ?? dependencies[name]}`;
}

async function npm(cwd: string, ...args: readonly string[]): Promise<string> {
  try {
    return (await run('npm', args, { cwd, env: environment(), maxBuffer: 1 << 26 })).stdout;
  } catch (error) {
    const { stderr = '' } = error as { stderr?: string };
    if (/\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH)\b/.test(stderr)) throw new NoRegistryError(stderr);
    throw error;
  }
}

/** Without what Vitest and `npm test` put there: npm would take this repository for the project. */
export function environment(): NodeJS.ProcessEnv {
  const ours = /^(npm_(?!config_(registry|cache|userconfig)$)|INIT_CWD$|NODE_ENV$|NODE_OPTIONS$|VITEST|VITE_)/;
  const kept = Object.entries(process.env).filter(([name]) => !ours.test(name));
  return { ...Object.fromEntries(kept), NEXT_TELEMETRY_DISABLED: '1', CI: '1' };
}
