/**
 * The host names under which a development server answers.
 *
 * A foreign page can make its own host name resolve to this machine while it is open (DNS
 * rebinding). For the browser both are then the same site, and the page could read the key in
 * GraphiQL, the demo and the sandbox. The page cannot choose the Host header, so in development
 * only this machine's own names and the configured ones are answered. Production shows no key in
 * its pages and runs behind proxies that may change the Host header, so it answers under every
 * name.
 */

/** True where a request with this Host header may be answered. */
export type Hosts = (host: string | undefined) => boolean;

export interface HostNames {
  readonly host: string;
  readonly publicUrl?: string | undefined;
}

/** The names of a development server, at any port: this machine's, HOST and PUBLIC_URL. */
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

/** A name or an address, optionally with a port. */
const HOST = /^([a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i;

/** Without the rest of 127.0.0.0/8, which nobody types. */
function isOwnName(name: string): boolean {
  return /^(localhost|127\.0\.0\.1|\[::1\])$/i.test(name);
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host.replace(/^\[|\]$/g, '')}]` : host;
}

function isEverywhere(name: string): boolean {
  return name === '0.0.0.0' || name === '[::]';
}
