/**
 * Reads single variables. A refusal names the variable and never repeats its value, which may be a
 * secret.
 */
import { isIP } from 'node:net';

/** The trimmed text of a variable; undefined where it is unset or empty. */
export type Read = (name: string) => string | undefined;
/** Records a problem with a variable: the rest of a sentence that begins with its name. */
export type Refuse = (name: string, whatIsRight: string) => undefined;

const PORT_MAX = 65_535;

export function readPort(text: string | undefined, refuse: Refuse): number {
  const port = text === undefined ? 4_000 : Number(text);
  if (/^\d+$/.test(text ?? '0') && port <= PORT_MAX) return port;
  refuse('PORT', `must be a whole number from 0 (any free port) to ${PORT_MAX}.`);
  return 0;
}

/** A host name or an address, without a port. */
export function readHost(text: string | undefined, otherwise: string, refuse: Refuse): string {
  if (text === undefined) return otherwise;
  if (isIP(text) !== 0 || /^[a-z0-9]([a-z0-9._-]*[a-z0-9])?$/i.test(text)) return text;
  refuse('HOST', 'must be an address or a name of this machine, without a port: 127.0.0.1, ::1, localhost, 0.0.0.0.');
  return otherwise;
}

export function readUrl(name: string, read: Read, protocols: readonly string[], refuse: Refuse): string | undefined {
  const text = read(name);
  if (text === undefined) return undefined;
  if (URL.canParse(text) && protocols.includes(new URL(text).protocol)) return text;
  return refuse(name, `must be a URL that begins with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}.`);
}

export function readSwitch(name: string, read: Read, otherwise: boolean, refuse: Refuse): boolean {
  const text = read(name);
  if (text === undefined) return otherwise;
  if (text !== 'true' && text !== 'false') refuse(name, 'must be true or false.');
  return text === 'true';
}

/** A whole number above 0, and at most `most`. */
export function readCount(name: string, read: Read, most: number, refuse: Refuse): number | undefined {
  const text = read(name);
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,14}$/.test(text) && Number(text) <= most) return Number(text);
  return refuse(name, `must be a whole number from 1 to ${most.toLocaleString('en')}.`);
}

/** The parts of a comma-separated list; none where the variable is unset. */
export function readList(text: string | undefined): readonly string[] {
  return text?.split(',').map((part) => part.trim()) ?? [];
}
