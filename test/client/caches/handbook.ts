/**
 * The pages of docs/ about a cache, and the addresses in their code, which lead to a Brim and an
 * app of the test.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { vi } from 'vitest';
import { WebSocket } from 'ws';
import type { TestBrim } from '../../support/brim.ts';
import { createCustomer, createCustomerToken } from '../../support/shop.ts';

const ROOT = path.resolve(import.meta.dirname, '../../..');

/** The TypeScript of a page, block by block. */
export function codeOf(page: string): readonly string[] {
  return [...readFileSync(path.join(ROOT, page), 'utf8').matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code = '']) => code);
}

export function textOf(file: string): string {
  return readFileSync(path.join(ROOT, file), 'utf8');
}

/** Until `vi.unstubAllGlobals()`. @param customerId who is signed in. */
export async function leadTo(brim: TestBrim, customerId: string): Promise<void> {
  await createCustomer(brim, customerId);
  const token = await createCustomerToken(brim, customerId, ['top_up']);
  const send = fetch;
  vi.stubGlobal('fetch', async (input: string | URL | Request, init?: RequestInit) => {
    const { origin, pathname } = new URL(input instanceof Request ? input.url : input);
    if (origin === 'https://app.example') return new Response(token);
    return send(origin === 'https://brim.example' ? new URL(pathname, brim.url) : input, init);
  });
  vi.stubGlobal(
    'WebSocket',
    class extends WebSocket {
      constructor(url: string, protocols: string[]) {
        super(url.replace('wss://brim.example', brim.url.replace('http', 'ws')), protocols);
      }
    },
  );
}
