#!/usr/bin/env node
// @ts-check
/**
 * Starts Brim from dist/, with plain Node. In a clone it first builds what was changed since the
 * last build; the published package has no sources, and is built already.
 */
import { existsSync } from 'node:fs';

const sources = new URL('../scripts/ensure-build.mjs', import.meta.url);
if (existsSync(sources)) {
  const { ensureBuild } = await import(sources.href);
  try {
    ensureBuild();
  } catch (error) {
    process.stderr.write(`Brim could not start. ${error instanceof Error ? error.message : error}\n`);
    process.exit(1);
  }
}
// The built modules' stack traces name the lines of the sources.
process.setSourceMapsEnabled(true);
const program = '../dist/server/main.js';
await import(program);
