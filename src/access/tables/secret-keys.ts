/** The table secret_key. The database sets its timestamps, as in token_revocation. */
import type { Database, Transaction } from '../../database/database.ts';
import { KEY_SCOPES, type KeyScope } from '../../values/key-scope.ts';

type Statements = Database['statements'];

/** An issued key, without what only its holder has. */
export interface IssuedKey {
  readonly id: string;
  readonly name: string;
  /** How the key begins. */
  readonly prefix: string;
  readonly scopes: readonly KeyScope[];
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
  readonly revokedAt: Date | null;
}

export interface NewKey extends Pick<IssuedKey, 'id' | 'name' | 'prefix' | 'scopes'> {
  readonly digest: string;
}

/** A key that is not revoked, as a process knows it. */
export type KnownKey = Pick<IssuedKey, 'id' | 'name' | 'scopes'> & { readonly digest: string };

const SHOWN = `id, name, prefix, scopes, created_at AS "createdAt", last_used_at AS "lastUsedAt", revoked_at AS "revokedAt"`;

/** As it was written; a scope that a newer build has given is none here. */
const toKey = <Row extends { readonly scopes: readonly string[] }>(row: Row) => ({
  ...row,
  scopes: KEY_SCOPES.filter((scope) => row.scopes.includes(scope)),
});

/**
 * Callers take turns, so that none is over the most.
 * @returns the key; 'taken' where a key with this name is not revoked; 'full' where there are
 * `most`.
 */
export async function insertKey(transaction: Transaction, key: NewKey, most: number): Promise<IssuedKey | 'taken' | 'full'> {
  const { id, name, prefix, digest, scopes } = key;
  await transaction.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('brim secret keys'))`;
  const live = await transaction.secretKey.findMany({ where: { revokedAt: null }, select: { name: true } });
  if (live.some((each) => each.name === name)) return 'taken';
  if (live.length >= most) return 'full';
  const [row] = await transaction.$queryRaw<IssuedKey[]>`
    INSERT INTO secret_key (id, name, prefix, digest, scopes, created_at)
    VALUES (${id}, ${name}, ${prefix}, ${digest}, ${[...scopes]}, clock_timestamp())
    RETURNING id, name, prefix, scopes, created_at AS "createdAt", last_used_at AS "lastUsedAt", revoked_at AS "revokedAt"`;
  if (!row) throw new Error('A key was written and not returned.');
  return toKey(row);
}

/** Revoked from its commit on. @returns null where there is no such key. */
export async function revokeKey(
  { write }: Pick<Statements, 'write'>,
  id: string,
): Promise<{ readonly key: IssuedKey; readonly changed: boolean } | null> {
  const [row] = await write<IssuedKey & { readonly wasRevoked: boolean }>(
    `WITH before AS (SELECT id, revoked_at FROM secret_key WHERE id = $1 FOR NO KEY UPDATE)
     UPDATE secret_key k SET revoked_at = coalesce(before.revoked_at, clock_timestamp()) FROM before WHERE k.id = before.id
     RETURNING k.id, k.name, k.prefix, k.scopes, k.created_at AS "createdAt", k.last_used_at AS "lastUsedAt",
       k.revoked_at AS "revokedAt", before.revoked_at IS NOT NULL AS "wasRevoked"`,
    [id],
  );
  if (!row) return null;
  const { wasRevoked, ...key } = row;
  return { key: toKey(key), changed: !wasRevoked };
}

/** The newest first: those that are not revoked, and `revoked` of the others. */
export async function listKeys({ read }: Pick<Statements, 'read'>, most: number, revoked: number): Promise<readonly IssuedKey[]> {
  const rows = await read<IssuedKey>(
    `(SELECT ${SHOWN} FROM secret_key WHERE revoked_at IS NULL ORDER BY created_at DESC, id DESC LIMIT $1)
     UNION ALL
     (SELECT ${SHOWN} FROM secret_key WHERE revoked_at IS NOT NULL ORDER BY revoked_at DESC, id DESC LIMIT $2)`,
    [most, revoked],
  );
  return rows.map(toKey);
}

/** The keys with these digests that are not revoked. */
export async function findKeys({ read }: Pick<Statements, 'read'>, digests: readonly string[]): Promise<readonly KnownKey[]> {
  const rows = await read<KnownKey>(
    'SELECT id, name, scopes, digest FROM secret_key WHERE digest = ANY($1::text[]) AND revoked_at IS NULL',
    [digests],
  );
  return rows.map(toKey);
}

/** Notes that these keys were used, where that was noted longer ago than so many seconds. */
export async function noteUse({ write }: Pick<Statements, 'write'>, ids: readonly string[], seconds: number): Promise<void> {
  await write(
    `UPDATE secret_key SET last_used_at = clock_timestamp()
     WHERE id = ANY($1::text[]) AND (last_used_at IS NULL OR last_used_at < clock_timestamp() - make_interval(secs => $2))`,
    [ids, seconds],
  );
}
