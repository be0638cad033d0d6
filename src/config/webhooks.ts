/** The networks of the operator to which webhooks may be sent. */
import { isIP } from 'node:net';
import { list } from './value-schemas.ts';

const WRONG =
  'must be networks with commas between them, each an address, a slash and the length of its prefix in bits: 10.0.0.0/8,fd12:3456::/32.';

export const webhookNetworks = list.refine((networks) => networks.every(isNetwork), WRONG);

function isNetwork(text: string): boolean {
  const [, address = '', bits = ''] = /^([^/]+)\/(\d{1,3})$/.exec(text) ?? [];
  const family = isIP(address);
  return family !== 0 && !address.includes('%') && Number(bits) <= (family === 4 ? 32 : 128);
}
