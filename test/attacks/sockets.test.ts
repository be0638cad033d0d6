/**
 * As many sockets as a customer may have, with as many operations at once on each as a socket
 * takes.
 */
import { once } from 'node:events';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { LIMITS } from '../../src/server/limits/limits.ts';
import { patience } from '../support/deadlines.ts';
import { isLong } from '../support/long.ts';
import { type AttackedShop, FEATURES, openAttackedShop } from './fixture.ts';

const OPERATIONS = 300;
const READS = FEATURES.slice(0, 8).map(
  (feature, index) =>
    `u${index}: usage(featureId: "${feature}", from: "2026-01-01T00:00:00Z", to: "2026-01-08T00:00:00Z", bucket: HOUR) { start usage }`,
);
const QUERY = `{ viewer { balances { remaining grants { remaining } } ${READS.join(' ')} } }`;

let shop: AttackedShop;
beforeAll(async () => {
  shop = await openAttackedShop();
});

/**
 * Sends all of them at once, and gives what came of each: the codes of its errors, or that it has
 * data.
 */
async function flood(token: string): Promise<readonly string[]> {
  const socket = new WebSocket(`${shop.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  onTestFinished(() => socket.terminate());
  await once(socket, 'open');
  const answers: string[] = [];
  const ended = new Promise<void>((resolve, reject) => {
    socket.on('close', (code: number) => reject(new Error(`closed with ${code}`)));
    socket.on('message', (text: Buffer) => {
      const { type, payload } = JSON.parse(text.toString());
      if (type === 'connection_ack') {
        for (let id = 1; id <= OPERATIONS; id += 1)
          socket.send(JSON.stringify({ id: String(id), type: 'subscribe', payload: { query: QUERY } }));
      }
      const errors = type === 'error' ? payload : type === 'next' ? (payload.errors ?? []) : undefined;
      if (errors) answers.push(errors.length > 0 ? errors[0].extensions.code : 'data');
      if (answers.length === OPERATIONS) resolve();
    });
  });
  socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } }));
  await ended;
  return answers;
}

it.runIf(isLong)(
  '6,000 queries over 20 sockets of one customer',
  async () => {
    const token = await shop.attacker('flood');
    const sockets = Array.from({ length: LIMITS.customerMaxConnections }, () => flood(token));
    const answers = (await shop.during(() => Promise.all(sockets))).flat();
    expect(answers).toHaveLength(OPERATIONS * LIMITS.customerMaxConnections);
    for (const answer of answers) expect(answer).toMatch(/^(data|RATE_LIMITED|TIMED_OUT)$/);
    expect(answers).toContain('data');
    expect(answers).toContain('RATE_LIMITED');
  },
  patience(240_000),
);
