/** Reads holds for readers. */
import type { Hold } from '../model/types.ts';
import { HOLD_COLUMNS, type HoldRow, toHold } from './hold-rows.ts';
import type { Reader } from './question.ts';

/** The holds with these ids, of any customer. */
export async function findHolds(reader: Reader, ids: readonly string[]): Promise<readonly Hold[]> {
  const rows = await reader.read<HoldRow>(`SELECT ${HOLD_COLUMNS} FROM hold h WHERE h.id = ANY($1::text[])`, [ids]);
  return rows.map(toHold);
}
