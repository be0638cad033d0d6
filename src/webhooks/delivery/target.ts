/**
 * Whether Brim may send to a URL. Asked when an endpoint is set, so that its owner hears of it, and
 * again of the very address of each connection, because names may lead elsewhere by then.
 */
import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { Reach } from './networks.ts';

/** Why nothing is sent to a URL: the rest of a sentence that begins with "The URL". */
export class ForbiddenTargetError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ForbiddenTargetError';
  }
}

const PRIVATE =
  'must not lead to a private, loopback, link-local or other special address; BRIM_WEBHOOK_NETWORKS allows networks of your own';
const PLAIN = 'must begin with https://, unless it leads into a network that BRIM_WEBHOOK_NETWORKS allows';

/** Names that take longer are checked at the delivery. */
const LOOKUP_MS = 2_000;

/**
 * Looks the URL's name up. A name that cannot be found now is not refused.
 * @returns why the URL is refused; undefined where it is not.
 */
export async function problemWithTarget(url: URL, reach: Reach): Promise<string | undefined> {
  const addresses = await addressesOf(hostOf(url));
  if (addresses === undefined) return undefined;
  return addresses.map((address) => problemWithAddress(url, address, reach)).find((problem) => problem !== undefined);
}

/** A URL writes an IPv6 address in brackets. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, '$1');
}

export function problemWithAddress({ protocol }: URL, address: string, reach: Reach): string | undefined {
  if (!reach.allows(address)) return PRIVATE;
  return protocol === 'https:' || reach.isInAllowedNetwork(address) ? undefined : PLAIN;
}

async function addressesOf(host: string): Promise<readonly string[] | undefined> {
  if (isIP(host) !== 0) return [host];
  const late = wait(LOOKUP_MS, undefined, { ref: false });
  const found = lookup(host, { all: true }).then(
    (all) => all.map(({ address }) => address),
    () => undefined,
  );
  return Promise.race([found, late]);
}

/**
 * A lookup for a connection that gives only addresses to which Brim may connect, and fails where
 * there is none. Node connects to what it gives, so nothing is looked up twice.
 */
export function lookupWithin(url: URL, reach: Reach): LookupFunction {
  return (host, options, callback) => {
    lookup(host, { ...options, all: true }).then(
      (all) => {
        const allowed = all.filter(({ address }) => problemWithAddress(url, address, reach) === undefined);
        const [first] = allowed;
        if (first === undefined) callback(new ForbiddenTargetError(problemIn(url, all, reach)), '');
        else if (options.all === true) callback(null, allowed);
        else callback(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, ''),
    );
  };
}

function problemIn(url: URL, all: readonly LookupAddress[], reach: Reach): string {
  return problemWithAddress(url, all[0]?.address ?? '', reach) ?? PRIVATE;
}
