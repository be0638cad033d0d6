/**
 * The role as which Brim works in its embedded server. It owns its database and everything in it,
 * and may do nothing else.
 *
 * The cluster's first role can read and write files and start programs on this machine. Brim uses
 * it only to make the database and its owner, and to hold the shared lock (shared-lock.ts). In
 * folders from the time of one role, each start hands the first role's objects in the database over
 * to the new role.
 */
import { createHmac } from 'node:crypto';
import pg from 'pg';
import { CLUSTER_USER, type Cluster } from './cluster.ts';

export const APP_ROLE = 'brim_app';
export const DATABASE = 'brim';

const RIGHTS = 'LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS';
/** Several Brims may open one folder at once. */
const LOCK = `hashtext('${APP_ROLE}')`;

/**
 * Derived from the first role's password, which it does not reveal. Every Brim on the folder
 * computes the same one, and there is no second file to lose.
 */
export function appPassword({ password }: Pick<Cluster, 'password'>): string {
  return createHmac('sha256', password).update(APP_ROLE).digest('hex');
}

/**
 * Makes the role and the database where they are missing, and hands over what the role does not own
 * yet.
 * @param run Runs a statement as the cluster's first role, always in one session.
 */
export async function prepareDatabase(
  cluster: Cluster,
  port: number,
  run: (sql: string) => Promise<pg.QueryResult>,
): Promise<void> {
  const isThere = async (from: string) => (await run(`SELECT FROM ${from}`)).rows.length > 0;
  await run(`SELECT pg_advisory_lock(${LOCK})`);
  try {
    if (!(await isThere(`pg_roles WHERE rolname = '${APP_ROLE}'`))) await run(`CREATE ROLE ${APP_ROLE}`);
    // Sets the role's properties at each start, so that Brim works after changes by hand, too.
    await run(`ALTER ROLE ${APP_ROLE} ${RIGHTS} PASSWORD '${appPassword(cluster)}'`);
    // Ids compare bytewise everywhere, hence the C locale.
    if (!(await isThere(`pg_database WHERE datname = '${DATABASE}'`)))
      await run(`CREATE DATABASE ${DATABASE} OWNER ${APP_ROLE} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'`);
    await bringOver(cluster, port);
  } finally {
    await run(`SELECT pg_advisory_unlock(${LOCK})`);
  }
}

async function bringOver({ password }: Cluster, port: number): Promise<void> {
  const client = new pg.Client({
    ...{ host: '127.0.0.1', port, user: CLUSTER_USER, password, database: DATABASE },
    application_name: 'brim: gives the database to its role',
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ target: string }>(FOREIGN);
    // One message is one transaction.
    await client.query(rows.map(({ target }) => `ALTER ${target} OWNER TO ${APP_ROLE};`).join('\n'));
  } finally {
    await client.end();
  }
}

/**
 * The first role also owns the system's objects, which is why REASSIGN OWNED refuses. Sequences of
 * columns follow their tables, and objects of an extension stay with it.
 */
const FOREIGN = `
  WITH own (turn, classid, objid, target) AS (
    SELECT 1, 'pg_database'::regclass, oid, format('DATABASE %I', datname) FROM pg_database
      WHERE datname = current_database() AND pg_get_userbyid(datdba) = '${CLUSTER_USER}'
    UNION ALL SELECT 2, 'pg_namespace'::regclass, oid, format('SCHEMA %I', nspname) FROM pg_namespace
      WHERE pg_get_userbyid(nspowner) = '${CLUSTER_USER}'
    UNION ALL SELECT 3, 'pg_class'::regclass, c.oid, format('%s %s', kind, c.oid::regclass) FROM pg_class c
      JOIN (VALUES ('r', 'TABLE'), ('p', 'TABLE'), ('S', 'SEQUENCE'), ('v', 'VIEW'), ('m', 'MATERIALIZED VIEW')) AS k (relkind, kind)
        ON k.relkind = c.relkind::text
      WHERE pg_get_userbyid(relowner) = '${CLUSTER_USER}' AND NOT (kind = 'SEQUENCE' AND EXISTS (SELECT FROM pg_depend AS d
        WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('a', 'i')))
    UNION ALL SELECT 4, 'pg_proc'::regclass, oid, format('ROUTINE %s', oid::regprocedure) FROM pg_proc
      WHERE pg_get_userbyid(proowner) = '${CLUSTER_USER}'
    UNION ALL SELECT 5, 'pg_type'::regclass, oid, format('TYPE %s', oid::regtype) FROM pg_type
      WHERE pg_get_userbyid(typowner) = '${CLUSTER_USER}' AND typtype IN ('e', 'd', 'r'))
  SELECT target FROM own WHERE (turn = 1 OR objid >= 16384) AND target NOT LIKE '% pg\\_%' AND NOT EXISTS (
    SELECT FROM pg_depend AS d WHERE d.classid = own.classid AND d.objid = own.objid AND d.deptype = 'e')
  ORDER BY turn, target`;
