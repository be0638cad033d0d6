/**
 * To which addresses Brim connects: to public ones, and to those of networks that the operator
 * allows. So nobody who may set a webhook's URL can reach what only Brim's machine can.
 */
import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;
/** A network in CIDR notation, read. */
export type Network = readonly [address: Address, prefixBits: number];

/** This machine. Allowed in development. */
export const LOOPBACK = ['127.0.0.0/8', '::1/128'] as const;

/** All IPv6 addresses that belong to anybody begin here. */
const GLOBAL_IPV6 = ipaddr.IPv6.parseCIDR('2000::/3');
/** A public address at which the virtual machines of Azure find their metadata. */
const AZURE_METADATA = '168.63.129.16';

/** @throws where it is no network in CIDR notation. */
export function readNetwork(text: string): Network {
  return ipaddr.parseCIDR(text);
}

export function isNetwork(text: string): boolean {
  return ipaddr.isValidCIDR(text);
}

export interface Reach {
  /** True where Brim may connect to this IP address. An IPv4 address in IPv6 counts as itself. */
  allows(address: string): boolean;
  /** True where the address is in a network that the operator allows. */
  isInAllowedNetwork(address: string): boolean;
}

/** @param allowed Networks in CIDR notation. */
export function openReach(allowed: readonly string[]): Reach {
  const networks = allowed.map(readNetwork);
  const isInAllowedNetwork = (address: string) => {
    if (!ipaddr.isValid(address)) return false;
    const parsed = ipaddr.process(address);
    return networks.some(([network, bits]) => network.kind() === parsed.kind() && parsed.match(network, bits));
  };
  return { isInAllowedNetwork, allows: (address) => isPublic(address) || isInAllowedNetwork(address) };
}

/** False also for what is no address. */
function isPublic(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  if (parsed.range() !== 'unicast' || parsed.toString() === AZURE_METADATA) return false;
  return parsed instanceof ipaddr.IPv4 || parsed.match(GLOBAL_IPV6[0], GLOBAL_IPV6[1]);
}
