/** Reads lists of origins: web pages that may call, and pages to which customers may be sent. */
import { readOriginPattern } from '../values/origin.ts';
import { type Read, type Refuse, readList } from './read.ts';

const WHERE = 'as browsers send them: small letters, international names as xn--…, no path, no slash at the end.';

/** Customers are sent to web pages only, and without encryption only to this machine's. */
const RETURN_ORIGIN = /^(https:\/\/|http:\/\/(([a-z0-9-]+\.)*localhost|127(\.\d{1,3}){3}|\[::1\])(:|$))/;

/** @returns undefined where the variable is unset, or refused. */
export function readOrigins(name: string, read: Read, refuse: Refuse): readonly string[] | undefined {
  const origins = readList(read(name));
  if (origins.length === 0) return undefined;
  const isRight = (origin: string) =>
    readOriginPattern(origin) !== undefined && (name === 'CORS_ORIGINS' || RETURN_ORIGIN.test(origin));
  if (origins.every(isRight)) return origins;
  const apps = 'capacitor://localhost, tauri://localhost, ionic://localhost and chrome-extension://<id> are origins, too.';
  return refuse(
    name,
    `must be origins with commas between them, ${WHERE} For example https://app.example.com,http://localhost:* or https://*.preview.example ` +
      `(one label in the place of the star); * alone is refused.${name === 'CORS_ORIGINS' ? ` ${apps}` : ''}`,
  );
}
