/**
 * Where the reader is: the part of the address after #. It stays in the browser, so the ids of
 * customers are in no log of a server or a proxy.
 */
import { useSyncExternalStore } from 'react';

export type Route =
  | { readonly page: 'customers' | 'catalogue' | 'webhooks' | 'live' }
  | { readonly page: 'customer'; readonly id: string };

const PAGES = ['customers', 'catalogue', 'webhooks', 'live'] as const;

export function readRoute(hash: string): Route {
  const [page = '', rest] = hash.replace(/^#\/?/, '').split(/\/(.*)/s);
  const id = rest === undefined ? '' : decoded(rest);
  if (page === 'customers' && id !== '') return { page: 'customer', id };
  return { page: PAGES.find((each) => each === page) ?? 'customers' };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export function customerHref(id: string): string {
  return `#/customers/${encodeURIComponent(id)}`;
}

export function useRoute(): Route {
  return readRoute(useSyncExternalStore(listen, () => location.hash));
}

function listen(listener: () => void): () => void {
  window.addEventListener('hashchange', listener);
  return () => window.removeEventListener('hashchange', listener);
}
