import { readConfig } from '../config/config.ts';
import { refusePending } from '../database/migrate.ts';
import { connectAtStart } from '../database/startup-connection.ts';
import { type Fault, verifyLedger } from '../ledger/verify.ts';
import { openLog } from '../platform/log.ts';
import { BEING_ERASED } from '../privacy/erasure.ts';
import { type CommandContext, DONE, FOUND } from './command.ts';
import { counted } from './terminal.ts';
import { withDatabase } from './with-database.ts';

/**
 * `brim verify`: recomputes every balance from its entries, and names what contradicts them. Brim
 * may run meanwhile.
 * @throws ConfigError, StartError.
 */
export async function verify({ environment, terminal }: CommandContext): Promise<number> {
  const config = readConfig(environment);
  return withDatabase(config, { log: openLog('silent'), terminal }, async ({ directUrl, variable }) => {
    await refusePending(directUrl, { variable });
    const connection = await connectAtStart({ url: directUrl, variable });
    const began = performance.now();
    try {
      const { customers, entries, faults } = await verifyLedger(
        { query: (text, values = []) => connection.query(text, [...values]) },
        {
          passesOver: async () => (await connection.query<{ id: string }>(BEING_ERASED)).rows.map(({ id }) => id),
          onProgress: (done, all) =>
            terminal.progress(`verified ${done.toLocaleString('en-US')} of ${all.toLocaleString('en-US')} entries`),
        },
      );
      const seconds = ((performance.now() - began) / 1_000).toFixed(1);
      for (const fault of faults) terminal.say(describe(fault));
      const all = `${entries.toLocaleString('en-US')} entries of ${counted(customers, 'customer')} in ${seconds} s`;
      terminal.say(
        faults.length === 0 ? `Every balance is what its entries say: ${all}.` : `${counted(faults.length, 'fault')} in ${all}.`,
      );
      return faults.length === 0 ? DONE : FOUND;
    } finally {
      await connection.end();
    }
  });
}

function describe({ customerId, sequence, featureId, problem }: Fault): string {
  const where = [`customer ${customerId}`, featureId && `feature ${featureId}`, sequence && `entry ${sequence}`];
  return `fault: ${where.filter(Boolean).join(', ')}: ${problem}`;
}
