/**
 * The role as which Brim works in its embedded server: it owns its database and everything in it, and may do nothing else.
 *
 * The cluster's first role can read and write files and start programs on this machine. It only makes the database and its owner, and
 * keeps the server (membership.ts). Folders that were made when there was one role are brought over: what that one owns in the database
 * becomes the other's, as often as a start finds some.
 */
import { createHmac } from 'node:crypto';
import pg from 'pg';
import { CLUSTER_USER, type Cluster } from './cluster.ts';

export const APP_ROLE = 'brim_app';
export const DATABASE = 'brim';

const RIGHTS = 'LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS';
/** Several Brims may open one folder at once. */
const LOCK = `hashtext('${APP_ROLE}')`;

/** Made from the first role's, which it does not give away: every Brim on the folder comes to the same, and there is no second file to lose. */
export function appPassword({ password }: Pick<Cluster, 'password'>): string {
  return createHmac('sha256', password).update(APP_ROLE).digest('hex');
}

/**
 * Makes the role and the database where they are missing, and brings over what the role does not own yet.
 * @param run runs a statement as the cluster's first role, always in one session.
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
    // Said at each start: whatever was done to the role by hand, Brim works.
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
 * What the cluster's first role owns beside the system's own, which is why REASSIGN OWNED refuses. Sequences of columns follow their
 * tables, and what belongs to an extension stays with it.
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
