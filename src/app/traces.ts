/** Opens the traces, where the configuration asks for them. Otherwise nothing of them is loaded. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Config } from '../config/config.ts';
import type { Log } from '../platform/log.ts';
import { PACKAGE_FOLDER } from '../platform/package-folder.ts';
import type { Closers } from '../platform/shutdown.ts';

export interface AppTracesDeps {
  readonly config: Config;
  readonly log: Log;
  readonly closers: Closers;
}

export async function openAppTraces({ config: { traces }, log, closers }: AppTracesDeps): Promise<void> {
  if (!traces) return;
  const { openTraces } = await import('../traces/traces.ts');
  const { version }: { version: string } = JSON.parse(await readFile(path.join(PACKAGE_FOLDER, 'package.json'), 'utf8'));
  closers.add(openTraces({ ...traces, version, log }));
  log.info({ to: new URL(traces.url).origin }, 'traces: ready');
}
