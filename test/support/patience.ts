/** Vitest waits a second for what is to become so, which a busy machine may take for one step. Tests that say nothing wait longer. */
import { vi } from 'vitest';

export const PATIENCE_MS = 10_000;

const PATIENT: unique symbol = Symbol.for('brim: waits longer');
const { waitFor } = vi;

// Test files share a process, and each sets this up.
if (!(PATIENT in waitFor)) {
  const patient: typeof waitFor = (callback, options = {}) =>
    waitFor(callback, typeof options === 'number' ? options : { timeout: PATIENCE_MS, ...options });
  vi.waitFor = Object.assign(patient, { [PATIENT]: true });
}
