import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { connectAtStart } from '../../database/startup-connection.ts';
import type { DatabaseAddress } from '../with-database.ts';
import { type Finding, fault, ok } from './finding.ts';

const ARRIVES_WITHIN_MS = 3_000;
const ABOUT = 'LISTEN';

/** Whether what one process commits is heard by another: a notification through both addresses. */
export async function checkListen({ url, directUrl, variable }: DatabaseAddress): Promise<Finding> {
  const channel = `brim_doctor_${randomBytes(8).toString('hex')}`;
  const listener = await connectAtStart({ url: directUrl, variable });
  try {
    const sender = await connectAtStart({ url });
    try {
      const arrival = new Promise<true>((resolve) => listener.once('notification', () => resolve(true)));
      await listener.query(`LISTEN ${channel}`);
      await sender.query('SELECT pg_notify($1, $2)', [channel, '']);
      const arrived = await Promise.race([arrival, wait(ARRIVES_WITHIN_MS, false, { ref: false })]);
      if (arrived) return ok(ABOUT, 'a notification arrives');
    } finally {
      await sender.end();
    }
  } finally {
    await listener.end();
  }
  return fault(
    ABOUT,
    'a notification does not arrive: what other processes commit is pushed a second late.',
    'DATABASE_DIRECT_URL must lead to the database of DATABASE_URL itself, and past its pooler.',
  );
}
