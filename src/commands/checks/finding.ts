/** What the doctor found of one thing. */
export interface Finding {
  /** A warning works, and may not be wanted; a fault does not work, or loses something. */
  readonly level: 'ok' | 'warning' | 'fault';
  /** What was looked at: a word or two. */
  readonly about: string;
  readonly says: string;
  /** What to do, in a sentence. Missing where there is nothing to do. */
  readonly advice?: string;
}

export const ok = (about: string, says: string): Finding => ({ level: 'ok', about, says });
export const warning = (about: string, says: string, advice: string): Finding => ({ level: 'warning', about, says, advice });
export const fault = (about: string, says: string, advice: string): Finding => ({ level: 'fault', about, says, advice });

/** Runs a statement on one of the doctor's connections. */
export type Ask = <Row>(text: string, values?: readonly unknown[]) => Promise<readonly Row[]>;

export function askOn(connection: { query(text: string, values: unknown[]): Promise<{ rows: unknown[] }> }): Ask {
  return async <Row>(text: string, values: readonly unknown[] = []) => (await connection.query(text, [...values])).rows as Row[];
}
