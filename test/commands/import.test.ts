/** `brim import` takes a CSV file over into a running Brim, once, and says what it refuses. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { importFile } from '../../src/commands/import.ts';
import { verify } from '../../src/commands/verify.ts';
import { openBrim, TEST_KEY, type TestBrim } from '../support/brim.ts';
import { freePort } from '../support/programs.ts';
import { balanceOf, createFeature, ledgerLines } from '../support/shop.ts';
import { openSql, type Sql, until } from '../support/witness.ts';
import { run } from './run.ts';

let brim: TestBrim;
let sql: Sql;
let folder: string;
beforeAll(async () => {
  [brim, folder] = await Promise.all([openBrim(), mkdtemp(path.join(tmpdir(), 'brim-import-'))]);
  sql = await openSql(brim.databaseUrl);
  await createFeature(brim, 'words');
  await createFeature(brim, 'images');
});
afterAll(async () => {
  await sql?.close();
  await brim?.close();
  await rm(folder, { recursive: true });
});

async function importText(
  text: string,
  { name, key = TEST_KEY, url = brim.url }: { name?: string; key?: string; url?: string } = {},
) {
  const file = path.join(folder, 'customers.csv');
  await writeFile(file, text);
  return run((context) => importFile(context, file, { url, ...(name ? { name } : {}) }), { BRIM_SECRET_KEY: `ops=${key}` });
}
const hours = async (customerId: string) =>
  (await sql.rows(`SELECT hour, amount::float8 FROM usage_hour WHERE customer_id = $1 ORDER BY 1`, [customerId])).map(
    ({ hour, amount }) => `${hour.toISOString().slice(0, 13)} ${amount}`,
  );

const FILE = `\ufeffcustomerId,featureId,remaining,expiresAt,hour,usage,email
ada,words,90,2099-01-01T00:00:00Z,2026-01-01T10:00:00Z,4,ada@pebble.app
ada,words,,,2026-01-01T11:00:00Z,2.5,
ada,images,3,,,,

"bob",words,-5,,,,
cyd,words,,,2026-01-02T00:00:00+02:00,1,
`;

describe('brim import', () => {
  it('imports each balance with the hours that follow it', async () => {
    const { code, lines } = await importText(FILE);
    expect(lines).toEqual([expect.stringMatching(/^Imported 4 rows, 0 were there already, 0 refused, in [\d.]+ s\.$/)]);
    expect(code).toBe(0);
    expect(await balanceOf(brim, 'ada', 'words')).toMatchObject({ remaining: '90' });
    expect(await balanceOf(brim, 'bob', 'words')).toMatchObject({ remaining: '-5' });
    expect(await hours('ada')).toEqual(['2026-01-01T10 4', '2026-01-01T11 2.5']);
    expect(await hours('cyd')).toEqual(['2026-01-01T22 1']);
    expect((await run(verify, { DATABASE_URL: brim.databaseUrl })).code).toBe(0);
  });

  it('imports nothing twice: the same file again adds only what is new in it', async () => {
    const { code, lines } = await importText(`${FILE}dan,words,1,,,,\n`);
    expect(lines.at(-1)).toMatch(/^Imported 1 rows, 4 were there already, 0 refused/);
    expect(code).toBe(0);
    expect(await ledgerLines(brim, 'bob')).toEqual(['ADJUSTMENT -5 words']);
  });

  it('reports each row that is refused with its line, and imports all others', async () => {
    const { code, lines } = await importText(
      `customerId,featureId,remaining,hour,usage,key
a b,words,1,,,
eve,words,many,,,
eve,letters,1,,,
eve,words,1,yesterday,2,
eve,words,1,2999-01-01T00:00:00Z,2,
ada,words,91,,,customers.csv/words
eve,words,7,,,
`,
    );
    expect(lines).toEqual([
      expect.stringMatching(/^refused: line 2, customer a b: customerId: must be 1 to 200 visible characters/),
      'refused: line 3, customer eve: remaining: must be a decimal number such as "10" or "0.25"',
      expect.stringMatching(/^refused: line 5, customer eve: usage\.0\.hour: /),
      'refused: line 4, customer eve: There is no feature with the id "letters".',
      'refused: line 6, customer eve: usage.0.hour: must be in the past',
      expect.stringContaining('refused: line 7, customer ada: The idempotency key "customers.csv/words" was used before'),
      expect.stringMatching(/^Imported 1 rows, 0 were there already, 6 refused/),
    ]);
    expect(code).toBe(1);
    expect(await balanceOf(brim, 'eve', 'words')).toMatchObject({ remaining: '7' });
  });

  it('splits more hours than one row may have, and more rows than one request', async () => {
    const hour = (index: number) => new Date(Date.UTC(2025, 0, 1, index)).toISOString();
    const years = Array.from({ length: 1_500 }, (_, index) => `fay,words,,${hour(index)},1`);
    const crowd = Array.from({ length: 700 }, (_, index) => `crowd-${index},words,${index},,`);
    const { lines } = await importText(['customerId,featureId,remaining,hour,usage', ...years, ...crowd].join('\n'), {
      name: 'years',
    });
    expect(lines).toEqual([expect.stringMatching(/^Imported 702 rows/)]);
    expect(await hours('fay')).toHaveLength(1_500);
    expect(await balanceOf(brim, 'crowd-699', 'words')).toMatchObject({ remaining: '699' });
  });

  it('says at once that Brim cannot be reached, tries again, and goes on once it can', async () => {
    const port = await freePort();
    const server = net.createServer((socket) => {
      socket.pipe(net.connect(Number(new URL(brim.url).port), '127.0.0.1')).pipe(socket);
    });
    const notes: string[] = [];
    const file = path.join(folder, 'late.csv');
    await writeFile(file, 'customerId,featureId,remaining\nlate,words,3\n');
    const environment = { BRIM_SECRET_KEY: TEST_KEY };
    const url = `http://127.0.0.1:${port}`;
    const importing = run((context) => importFile(context, file, { url }), environment, notes);
    await until(() =>
      expect(notes).toEqual([
        expect.stringMatching(/^Brim cannot be reached at http:\S+\d\. Trying again until \d\d:\d\d:\d\d\.$/),
      ]),
    );
    server.listen(port, '127.0.0.1');
    onTestFinished(() => void server.close());
    expect((await importing).lines.at(-1)).toMatch(/^Imported 1 rows/);
    expect(notes).toHaveLength(1);
  });

  it('refuses a file that is not there or has other columns, and a wrong key', async () => {
    await expect(importText('customerId,feature\n')).rejects.toThrow('there is no column "feature"; "featureId" is missing');
    await expect(importText('customerId,featureId\n"ada,words\n')).rejects.toThrow(/customers\.csv cannot be read: /);
    await expect(importText('customerId,featureId\nada,words\n', { key: 'brim_sk_another_0123456789abcdef' })).rejects.toThrow(
      /^Brim at \S+ refuses: /,
    );
    await expect(run((context) => importFile(context, 'any.csv'), { BRIM_DATA_DIR: folder })).rejects.toThrow(
      /^BRIM_SECRET_KEY is not set/,
    );
    const gone = run((context) => importFile(context, path.join(folder, 'gone.csv'), { url: brim.url }), {
      BRIM_SECRET_KEY: TEST_KEY,
    });
    await expect(gone).rejects.toThrow(/gone\.csv cannot be read: ENOENT/);
  });
});
