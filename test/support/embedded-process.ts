/**
 * A process that has an embedded PostgreSQL open, as Brim has: a test ends it as it likes. It tells
 * its parent the address, closes and ends when its parent says so or is gone, and takes no notice
 * of Ctrl-C.
 */
import { openEmbeddedPostgres } from '../../src/embedded/postgres.ts';

const [, , dataDir = ''] = process.argv;
process.on('SIGINT', () => process.send?.('interrupted'));
const postgres = await openEmbeddedPostgres({ dataDir, log: () => undefined, settings: { fsync: 'off' } });
const end = () => postgres.close().then(() => process.exit());
process.once('message', end);
process.once('disconnect', end);
process.send?.(postgres.url);
