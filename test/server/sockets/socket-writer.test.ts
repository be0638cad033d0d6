import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { WebSocket } from 'ws';
import { LIMITS } from '../../../src/server/limits/limits.ts';
import { openSocketWriter } from '../../../src/server/sockets/socket-writer.ts';

/** A socket whose messages are flushed when the test says so. */
class FakeSocket extends EventEmitter {
  readonly OPEN = 1;
  readyState = 1;
  isPaused = false;
  readonly sent: string[] = [];
  readonly pings: number[] = [];
  readonly closes: string[] = [];
  #flushes: ((error?: Error) => void)[] = [];

  send(text: string, flushed: (error?: Error) => void): void {
    this.sent.push(text);
    this.#flushes.push(flushed);
  }
  ping(upTo: string): void {
    this.pings.push(Number(upTo));
  }
  close(code: number, reason: string): void {
    this.readyState = 2;
    this.closes.push(`${code} ${reason}`);
  }
  terminate(): void {}
  flush(count = this.#flushes.length): void {
    for (const flushed of this.#flushes.splice(0, count)) flushed();
  }
}

const UNREAD_MAX = 1_000;
const STALL_MS = 1_000;
let socket: FakeSocket;
let connection: PassThrough;

beforeEach(() => {
  socket = new FakeSocket();
  connection = new PassThrough();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  return () => vi.useRealTimers();
});

function open() {
  const limits = { ...LIMITS, socketUnreadMaxBytes: UNREAD_MAX, socketStallTimeoutMs: STALL_MS };
  return openSocketWriter(socket as unknown as WebSocket, { connection, limits });
}

const text = 'x'.repeat(300);

describe('the pushes of a socket', () => {
  it('are sent on without waiting, until the client has to confirm some', async () => {
    const { push } = open();
    const rooms = Array.from({ length: 6 }, () => push(text));
    expect(socket.sent).toHaveLength(6);
    expect(rooms.findIndex((room) => room !== undefined)).toBe(4);
    socket.emit('pong', String(socket.pings.at(-1)));
    await Promise.all(rooms);
    expect(push(text)).toBeUndefined();
  });

  it('of one turn leave together', async () => {
    const { push } = open();
    const written: number[] = [];
    connection.uncork = () => {
      written.push(socket.sent.length);
    };
    const corked = vi.spyOn(connection, 'cork');
    for (let turn = 1; turn <= 2; turn += 1) {
      for (let message = 0; message < 2; message += 1) push('x');
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect({ written, corks: corked.mock.calls.length }).toEqual({ written: [2, 4], corks: 2 });
  });

  it('wait for the flush of each where the socket is not read, and so no pong can come', async () => {
    socket.isPaused = true;
    const sent = open().push(text);
    expect(sent).toBeInstanceOf(Promise);
    socket.flush();
    await sent;
  });

  it('reject once the socket has closed', async () => {
    const { push } = open();
    socket.readyState = 3;
    const gone = push(text);
    socket.emit('close');
    await expect(gone).rejects.toThrow('closed');
    expect(socket.sent).toEqual([]);
  });
});

describe('a reader that takes nothing', () => {
  const STALLED = ['1013 STALLED: Nothing was read for too long.'];

  it('is disconnected, although there is room for more', async () => {
    expect(open().push('x')).toBeUndefined();
    await vi.advanceTimersByTimeAsync(STALL_MS - 1);
    expect(socket.closes).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(socket.closes).toEqual(STALLED);
  });

  it('is disconnected if it confirms nothing of what has left', async () => {
    const { push } = open();
    for (let message = 0; message < 6; message += 1) void push(text)?.catch(() => undefined);
    socket.flush();
    await vi.advanceTimersByTimeAsync(STALL_MS);
    expect(socket.closes).toEqual(STALLED);
  });

  it('is another than one that takes a little from time to time', async () => {
    const { push } = open();
    for (let message = 0; message < 4; message += 1) push('x');
    for (let message = 0; message < 4; message += 1) {
      await vi.advanceTimersByTimeAsync(STALL_MS - 1);
      socket.flush(1);
    }
    await vi.advanceTimersByTimeAsync(10 * STALL_MS);
    expect(socket.closes).toEqual([]);
  });
});
