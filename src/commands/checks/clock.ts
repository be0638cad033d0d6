import { type Ask, type Finding, fault, ok, warning } from './finding.ts';

const WARN_MS = 1_000;
/** Customer tokens and signatures of webhooks are a few minutes' matter. */
const FAULT_MS = 60_000;

/** Tokens go by this machine's clock, and the ledger by the database's. */
export async function checkClock(ask: Ask): Promise<readonly Finding[]> {
  const askedMs = Date.now();
  const [row] = await ask<{ now: Date; offset: string }>(
    'SELECT clock_timestamp() AS now, (SELECT offset_ms::text FROM test_clock) AS offset',
  );
  const answeredMs = Date.now();
  if (!row) return [];
  const saidMs = row.now.getTime();
  const apartMs = Math.max(askedMs - saidMs, saidMs - answeredMs, 0);
  const apart = `this machine and the database are ${(apartMs / 1_000).toFixed(1)} s apart.`;
  const advice = 'Let both follow one time server.';
  return [
    apartMs < WARN_MS
      ? ok('clock', 'of this machine and of the database agree')
      : (apartMs < FAULT_MS ? warning : fault)('clock', apart, advice),
    ...(Number(row.offset) > 0
      ? [
          warning(
            'clock',
            `of the ledger was moved by ${Math.round(Number(row.offset) / 1_000)} s.`,
            'Never use this database for real customers.',
          ),
        ]
      : []),
  ];
}
