/** Lists of origins: web pages that may call, and pages to which customers may be sent. */
import { readOriginPattern } from '../values/origin.ts';
import { list } from './value-schemas.ts';

const RIGHT =
  'must be origins with commas between them, as browsers send them: small letters, international names as xn--…, no path, no slash at the end. ' +
  'For example https://app.example.com,http://localhost:* or https://*.preview.example (one label in the place of the star); * alone is refused.';
const APPS = 'capacitor://localhost, tauri://localhost, ionic://localhost and chrome-extension://<id> are origins, too.';

/** Customers are sent to web pages only, and without encryption only to this machine's. */
const RETURN_ORIGIN = /^(https:\/\/|http:\/\/(([a-z0-9-]+\.)*localhost|127(\.\d{1,3}){3}|\[::1\])(:|$))/;

const isPattern = (origin: string) => readOriginPattern(origin) !== undefined;

export const corsOrigins = list.refine((origins) => origins.every(isPattern), `${RIGHT} ${APPS}`);

export const returnOrigins = list.refine(
  (origins) => origins.every((origin) => isPattern(origin) && RETURN_ORIGIN.test(origin)),
  RIGHT,
);
