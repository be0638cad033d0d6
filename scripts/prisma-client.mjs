// @ts-check
/**
 * Makes the Prisma client, src/generated/prisma, from prisma/schema.prisma. It is not committed:
 * npm runs this after an install, and a build, the tests and the gate run it before they need the
 * client. It is plain JavaScript, so that an install without the development packages can run it,
 * too.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const ROOT = path.resolve(import.meta.dirname, '..');
const SCHEMA = 'prisma/schema.prisma';
export const PRISMA_CLIENT = 'src/generated/prisma';
/** Beside the client: what it was made from. */
const STAMP = 'made-from';

/** Makes the client where it is missing, or where the schema or Prisma has changed since. */
export function ensurePrismaClient() {
  if (readStamp() !== stampNow()) writePrismaClient();
}

/** Makes the client anew. A process that reads it meanwhile finds the old one or the new one. */
export function writePrismaClient() {
  const target = path.join(ROOT, PRISMA_CLIENT);
  mkdirSync(path.dirname(target), { recursive: true });
  const folder = mkdtempSync(`${path.dirname(target)}/.making-`);
  try {
    const made = generatePrismaClient(folder);
    if (existsSync(target)) renameSync(target, path.join(folder, 'replaced'));
    renameSync(made, target);
  } catch (error) {
    // Another process that makes it at the same time may have been faster.
    if (readStamp() !== stampNow()) throw error;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Makes the client of the present schema below another folder, so that the two can be compared.
 * @param {string} folder an empty one
 * @returns {string} the client's folder
 */
export function generatePrismaClient(folder) {
  const schema = path.join(folder, SCHEMA);
  mkdirSync(path.dirname(schema));
  cpSync(path.join(ROOT, SCHEMA), schema);
  const { status, stdout, stderr } = spawnSync(process.execPath, [prismaProgram(), 'generate', '--schema', schema], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`Prisma could not make its client from ${SCHEMA}:\n${stderr}${stdout}`);
  const made = path.join(folder, PRISMA_CLIENT);
  writeFileSync(path.join(made, STAMP), stampNow());
  return made;
}

function readStamp() {
  const file = path.join(ROOT, PRISMA_CLIENT, STAMP);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

function stampNow() {
  const { version } = JSON.parse(readFileSync(prismaPackage(), 'utf8'));
  const hash = createHash('sha256').update(readFileSync(path.join(ROOT, SCHEMA)));
  return `Prisma ${version}, ${SCHEMA} ${hash.digest('hex')}\n`;
}

function prismaProgram() {
  const { bin } = JSON.parse(readFileSync(prismaPackage(), 'utf8'));
  return path.join(path.dirname(prismaPackage()), bin.prisma);
}

function prismaPackage() {
  try {
    return createRequire(import.meta.url).resolve('prisma/package.json');
  } catch (cause) {
    throw new Error(`${PRISMA_CLIENT} is made by the package prisma, which is not installed. Run: npm ci`, { cause });
  }
}

function isPrismaInstalled() {
  try {
    return existsSync(prismaPackage());
  } catch {
    return false;
  }
}

// After `npm ci --omit=dev` there is nothing to make it with, and nothing to make it for: a start
// uses dist/.
if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href && isPrismaInstalled()) ensurePrismaClient();
