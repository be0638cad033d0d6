/** Effects that write into a table of their own, as those of purchases and customers do. */
import type { Effect } from '../../src/ledger/effect.ts';

export const NOTES = `CREATE TABLE note (text text PRIMARY KEY CHECK (text <> 'impossible'))`;

/**
 * Notes each text once. A text that was noted before is done; the text "impossible" fails in SQL.
 */
export const noteEffect: Effect<string> = {
  name: 'note',
  async apply(transaction, texts) {
    const rows = await transaction.$queryRaw<{ text: string }[]>`
      INSERT INTO note SELECT DISTINCT unnest(${texts}::text[]) ON CONFLICT DO NOTHING RETURNING text`;
    const written = new Set(rows.map(({ text }) => text));
    return texts.map((text) => (written.delete(text) ? 'go' : 'done'));
  },
};

export const note = (text: string) => [{ name: noteEffect.name, input: text }];
