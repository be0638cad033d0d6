import path from 'node:path';
import { keptDevelopmentKey } from '../access/development-secrets.ts';
import { type Config, readConfig } from '../config/config.ts';
import { StartError } from '../platform/start-error.ts';
import { readNamedSecret } from '../values/named-secret.ts';
import { type CommandContext, DONE, FOUND } from './command.ts';
import { type FileRow, readRows } from './import/rows.ts';
import { type Door, sendRows } from './import/send.ts';

export interface ImportOptions {
  /** Where Brim is. Left out: PUBLIC_URL, or this machine. */
  readonly url?: string;
  /** What the keys of rows without one begin with. Left out: the file's name. */
  readonly name?: string;
}

/** A request of so many rows or characters is no slower for each row than a larger one. */
const ROWS_AT_ONCE = 500;
const CHARACTERS_AT_ONCE = 400_000;

/**
 * `brim import FILE.csv`: sends opening balances to a running Brim, and reports the rows that are
 * refused. The same file again imports only what is missing.
 * @throws ConfigError, StartError.
 */
export async function importFile(
  { environment, terminal }: CommandContext,
  file: string,
  options: ImportOptions = {},
): Promise<number> {
  const config = readConfig(environment);
  const door = { ...(await doorOf(config, options.url)), terminal };
  const total = { imported: 0, replayed: 0, refused: 0 };
  const began = performance.now();
  const refuse = (line: number, customerId: unknown, reason: string) => {
    total.refused += 1;
    terminal.say(`refused: line ${line}, customer ${customerId}: ${reason}`);
  };
  const send = async (rows: readonly FileRow[]) => {
    const { imported, replayed, refused } = await sendRows(door, rows);
    total.imported += imported;
    total.replayed += replayed;
    for (const { index, message } of refused) refuse(rows[index]?.line ?? 0, rows[index]?.row.customerId, message);
    terminal.progress(`${(total.imported + total.replayed).toLocaleString('en-US')} rows imported, ${total.refused} refused`);
  };

  let batch: FileRow[] = [];
  let characters = 0;
  for await (const read of readRows(file, options.name ?? path.basename(file))) {
    if ('reason' in read) {
      refuse(read.line, read.customerId, read.reason);
      continue;
    }
    batch.push(read);
    characters += JSON.stringify(read.row).length;
    if (batch.length < ROWS_AT_ONCE && characters < CHARACTERS_AT_ONCE) continue;
    await send(batch);
    [batch, characters] = [[], 0];
  }
  if (batch.length > 0) await send(batch);

  const seconds = (performance.now() - began) / 1_000;
  const { imported, replayed, refused } = total;
  terminal.say(`Imported ${imported} rows, ${replayed} were there already, ${refused} refused, in ${seconds.toFixed(1)} s.`);
  return refused === 0 ? DONE : FOUND;
}

async function doorOf(
  { secretKeys, publicUrl, port, dataDir }: Config,
  url: string | undefined,
): Promise<Omit<Door, 'terminal'>> {
  const [first] = secretKeys;
  const secretKey = first === undefined ? await keptDevelopmentKey(dataDir) : readNamedSecret(first).secret;
  if (secretKey === undefined)
    throw new StartError(`BRIM_SECRET_KEY is not set, and ${dataDir} has no key of development: set it to a key of Brim's.`);
  return { url: (url ?? publicUrl ?? `http://127.0.0.1:${port}`).replace(/\/+$/, ''), secretKey };
}
