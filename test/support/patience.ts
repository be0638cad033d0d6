/**
 * Vitest's `vi.waitFor` waits a second unless told otherwise; here it waits as the other deadlines
 * say.
 */
import { vi } from 'vitest';
import { PATIENCE_MS } from './deadlines.ts';

const PATIENT: unique symbol = Symbol.for('brim: waits longer');
const { waitFor } = vi;

// Test files share a process, and each sets this up.
if (!(PATIENT in waitFor)) {
  const patient: typeof waitFor = (callback, options = {}) =>
    waitFor(callback, typeof options === 'number' ? options : { timeout: PATIENCE_MS, ...options });
  vi.waitFor = Object.assign(patient, { [PATIENT]: true });
}
