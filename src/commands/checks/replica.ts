import type { Config } from '../../config/config.ts';
import { judgeSoon } from '../../database/replica.ts';
import { POSITION, type Position } from '../../database/replica-standing.ts';
import { connectAtStart } from '../../database/startup-connection.ts';
import { StartError } from '../../platform/start-error.ts';
import { type Ask, askOn, type Finding, fault, ok, warning } from './finding.ts';

const ABOUT = 'replica';
const MEANWHILE = 'The primary answers reports meanwhile.';

/** Whether the standby of DATABASE_READ_URL answers reports. @param ask asks the primary. */
export async function checkReplica({ databaseReadUrl: url }: Config, ask: Ask): Promise<readonly Finding[]> {
  if (url === undefined) return [];
  try {
    const replica = await connectAtStart({ url, variable: 'DATABASE_READ_URL' });
    return await judged(ask, askOn(replica)).finally(() => replica.end());
  } catch (error) {
    const says = error instanceof StartError ? error.message : `cannot be compared with the primary: ${error}.`;
    return [fault(ABOUT, says, MEANWHILE)];
  }
}

async function judged(ask: Ask, askReplica: Ask): Promise<readonly Finding[]> {
  const [position] = await ask<Position>(POSITION);
  if (!position) return [];
  const verdict = await judgeSoon(askReplica, position);
  if (verdict.is === 'current') return [ok(ABOUT, 'has all that the primary has, and answers reports')];
  if (verdict.is === 'unfit') return [fault(ABOUT, verdict.why, `Correct DATABASE_READ_URL, or unset it. ${MEANWHILE}`)];
  return [warning(ABOUT, `is ${verdict.bytes} bytes${await sinceReplayed(askReplica)} behind.`, MEANWHILE)];
}

/** What it lacks was committed after the last transaction that it has replayed. */
async function sinceReplayed(ask: Ask): Promise<string> {
  const [row] = await ask<{ seconds: number | null }>(
    'SELECT extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp())::float8 AS seconds',
  );
  return row?.seconds == null ? '' : ` and at most ${Math.ceil(row.seconds)} s`;
}
