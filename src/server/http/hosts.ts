/**
 * Under which names a development server answers.
 *
 * A page of somebody else can make a name of its own lead to this machine while it is open (DNS rebinding); for the browser it then is the
 * same site, and may read what is here: the key in GraphiQL, the demo, the sandbox. It cannot choose the Host that the browser sends. So in
 * development only this machine's own names are answered, and those that the developer gave. Production has names of its own, keeps no key in
 * its pages, and stands behind proxies that may change the Host: it answers under any.
 */

/** True where the request's Host may be answered. */
export type Hosts = (host: string | undefined) => boolean;

export interface HostNames {
  readonly host: string;
  readonly publicUrl?: string | undefined;
}

/** Of a development server: this machine, where it was told to listen, and PUBLIC_URL; at any port. */
export function openHosts({ host, publicUrl }: HostNames): Hosts {
  const own = [bracketed(host), ...(publicUrl === undefined ? [] : [new URL(publicUrl).hostname])]
    .map((name) => name.toLowerCase())
    .filter((name) => !isEverywhere(name));
  return (sent) => {
    const [, name] = HOST.exec(sent ?? '') ?? [];
    return name !== undefined && (isOwnName(name) || own.includes(name.toLowerCase()));
  };
}

export const UNKNOWN_HOST = {
  code: 'UNKNOWN_HOST',
  message:
    'In development Brim answers under localhost, 127.0.0.1, [::1] and the host of PUBLIC_URL. For another name set PUBLIC_URL, such as http://brim.local:4000.',
} as const;

/** A name or address, and perhaps a port; nothing else. */
const HOST = /^([a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i;

/** Not the rest of 127.0.0.0/8, which nobody types. */
function isOwnName(name: string): boolean {
  return /^(localhost|127\.0\.0\.1|\[::1\])$/i.test(name);
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host.replace(/^\[|\]$/g, '')}]` : host;
}

function isEverywhere(name: string): boolean {
  return name === '0.0.0.0' || name === '[::]';
}
