import { expect, it } from 'vitest';
import { eventReader } from '../../../packages/client/src/live/event-stream.ts';

const STREAM = ':\n\nevent: next\ndata: {"a":1}\n\n:\r\n\r\nevent: next\r\ndata: {"a":2}\r\n\r\nevent: complete\ndata:\n\n';

it.each([1, 2, 3, 7, STREAM.length])('gives the same events, whatever the chunks: %i characters each', (size) => {
  const events: string[] = [];
  const take = eventReader((text) => events.push(text));
  for (let start = 0; start < STREAM.length; start += size) take(STREAM.slice(start, start + size));
  expect(events).toEqual(['{"a":1}', '{"a":2}']);
});
