/** The naive path: a stock Yoga and Prisma, one transaction a track. */
import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient } from '../../src/generated/prisma/client.ts';
import { serveYoga, type Tracked } from './yoga.ts';

const [, , url = ''] = process.argv;
const prisma = new PrismaClient({ adapter: new PrismaPg({ connectionString: url, max: 20 }) });

serveYoga((customerId) =>
  prisma.$transaction(
    async (transaction) => {
      const [row] = await transaction.$queryRaw<{ remaining: string; version: bigint }[]>`
        SELECT remaining::text, version FROM bench.balance WHERE customer_id = ${customerId} FOR UPDATE`;
      if (!row || Number(row.remaining) < 1) throw new Error('the naive path ran out');
      const [after] = await transaction.$queryRaw<Tracked[]>`
        UPDATE bench.balance SET remaining = remaining - 1, version = version + 1 WHERE customer_id = ${customerId}
        RETURNING remaining::text, version::int`;
      if (!after) throw new Error('the balance is gone');
      await transaction.$executeRaw`
        INSERT INTO bench.entry SELECT customer_id, version, -1, remaining, now() FROM bench.balance WHERE customer_id = ${customerId}`;
      return after;
    },
    { maxWait: 30_000, timeout: 30_000 },
  ),
);
