/** A command says what it waits for, and ends where that never comes. */
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import net, { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { doctor } from '../../src/commands/doctor.ts';
import { migrate } from '../../src/commands/migrate.ts';
import { plans } from '../../src/commands/plans.ts';
import { verify } from '../../src/commands/verify.ts';
import { patience } from '../support/deadlines.ts';
import { run } from './run.ts';

let silent: net.Server;
let place: string;
let folder: string;
const sockets = new Set<net.Socket>();
beforeAll(async () => {
  silent = net.createServer((socket) => void sockets.add(socket)).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  folder = await mkdtemp(path.join(tmpdir(), 'brim-waits-'));
  await writeFile(path.join(folder, 'catalogue.json'), '{}');
  place = `127.0.0.1:${(silent.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  for (const socket of sockets) socket.destroy();
  silent.close();
});

it('every command says which database does not answer, and gives up', { timeout: patience(20_000) }, async () => {
  const environment = { DATABASE_URL: `postgresql://brim:secret@${place}/brim` };
  const commands = [
    verify,
    migrate,
    (context: Parameters<typeof plans>[0]) => plans(context, 'diff', path.join(folder, 'catalogue.json')),
  ];
  const waits = commands.map(async (command) => {
    const notes: string[] = [];
    await expect(run(command, environment, notes)).rejects.toThrow(/^DATABASE_URL: /);
    expect(notes).toEqual([`Waiting for the database at ${place}.`]);
  });
  const notes: string[] = [];
  const examined = await run(doctor, environment, notes);
  expect(examined).toMatchObject({
    code: 1,
    lines: expect.arrayContaining([expect.stringMatching(/^fault +database: DATABASE_URL: /)]),
  });
  expect(notes).toContain(`Waiting for the database at ${place}.`);
  await Promise.all(waits);
});
