import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openHeartbeat } from '../../../packages/client/src/caches/heartbeat.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('a ping that is not answered within five seconds means that the connection is gone', () => {
  const onSilence = vi.fn();
  openHeartbeat(onSilence).on.ping(false);
  vi.advanceTimersByTime(4_999);
  expect(onSilence).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(onSilence).toHaveBeenCalledOnce();
});

it('one that is answered does not, nor does one that the other side sent, nor one of a connection that was closed', () => {
  const onSilence = vi.fn();
  const { on } = openHeartbeat(onSilence);
  on.ping(false);
  on.pong(true);
  on.ping(true);
  on.ping(false);
  on.closed();
  vi.advanceTimersByTime(60_000);
  expect(onSilence).not.toHaveBeenCalled();
});

it('answering a ping of the other side is no sign of life of it', () => {
  const onSilence = vi.fn();
  const { on } = openHeartbeat(onSilence);
  on.ping(false);
  on.pong(false);
  vi.advanceTimersByTime(5_000);
  expect(onSilence).toHaveBeenCalledOnce();
});
