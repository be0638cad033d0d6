import { type IssuedKey, MOST_KEYS, SecretKeyNotFoundError } from '../src/access/issued-keys.ts';
import { AlreadyExistsError, InvalidInputError } from '../src/values/errors.ts';
import { declareCost } from '../src/values/field-cost.ts';
import type { KeyScope } from '../src/values/key-scope.ts';
import { appOnly } from './access.ts';
import { builder } from './builder.ts';
import { ErrorInterface } from './error.ts';

const SecretKeyScopeEnum = builder.enumType('SecretKeyScope', {
  description: 'What a secret key may be for. A key has one or several, and none includes another.',
  values: {
    READ: { description: 'Reads the catalogue, customers, balances and ledgers, and subscribes.' },
    TRACK: { description: 'Tracks and reverses uses, checks balances, and holds amounts.' },
    PURCHASES: {
      description: 'Attaches, cancels and refunds, and grants, corrects and voids by hand.',
    },
    CATALOGUE: { description: 'Creates and changes features and plans.' },
    CUSTOMERS: {
      description:
        'Creates and changes customers, their limits and alerts, reads them, and makes tokens for ' +
        'their browsers.',
    },
    ADMIN: {
      description: 'Keys, webhooks, the audit log, imports, exports, erasure and test clocks.',
    },
  } satisfies Record<KeyScope, { description: string }>,
});

const SecretKeyObject = builder.objectRef<IssuedKey>('SecretKey').implement({
  description: 'A secret key that was made through Brim. The key itself is stored nowhere.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Names the key in the audit log and in ledgers.' }),
    name: t.exposeString('name', { description: 'Who or what uses it.' }),
    prefix: t.exposeString('prefix', {
      description: 'How the key begins, which tells it from others.',
    }),
    scopes: t.field({
      type: [SecretKeyScopeEnum],
      extensions: declareCost({ list: 6 }),
      description: 'What it may do. They never change: make another key instead.',
      resolve: ({ scopes }) => [...scopes],
    }),
    createdAt: t.expose('createdAt', {
      type: 'DateTime',
      description: 'When the key was made.',
    }),
    lastUsedAt: t.expose('lastUsedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was last used, within about a minute; null if it never was.',
    }),
    revokedAt: t.expose('revokedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was revoked; null if it is valid.',
    }),
  }),
});

builder.objectType(SecretKeyNotFoundError, {
  name: 'SecretKeyNotFoundError',
  description: 'No secret key was made with this id. Keys of BRIM_SECRET_KEY are not made here.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    keyId: t.exposeID('keyId', { description: 'The key id that the request named.' }),
  }),
});

const CreateSecretKeyInput = builder.inputType('CreateSecretKeyInput', {
  description: 'The name of the key, and what it may do.',
  fields: (t) => ({
    name: t.string({
      required: true,
      description:
        'A letter or digit, and then up to 59 letters, digits, ., _ or -. No two valid keys have ' +
        'the same.',
    }),
    scopes: t.field({
      type: [SecretKeyScopeEnum],
      required: true,
      description: 'What it may do: at least one, and only what the key that asks may do itself.',
    }),
  }),
});

const CreateSecretKeySuccess = builder
  .objectRef<{ readonly secretKey: IssuedKey; readonly secret: string }>('CreateSecretKeySuccess')
  .implement({
    description: 'The key is made, and can be used at once.',
    fields: (t) => ({
      secretKey: t.expose('secretKey', {
        type: SecretKeyObject,
        description: 'What is kept of the key.',
      }),
      secret: t.exposeString('secret', {
        description: 'The key: brim_sk_ and then 43 characters. It is never shown again.',
      }),
    }),
  });

const CreateSecretKeyPayload = builder.errorUnion('CreateSecretKeyPayload', {
  description: 'The key, or the reason why none was made.',
  types: [CreateSecretKeySuccess, AlreadyExistsError, InvalidInputError],
  resolveType: () => 'CreateSecretKeySuccess',
});

const RevokeSecretKeyInput = builder.inputType('RevokeSecretKeyInput', {
  description: 'The secret key that ends.',
  fields: (t) => ({ id: t.id({ required: true, description: 'The id of the key.' }) }),
});

const RevokeSecretKeySuccess = builder
  .objectRef<{ readonly secretKey: IssuedKey }>('RevokeSecretKeySuccess')
  .implement({
    description: 'No process accepts the key any more.',
    fields: (t) => ({
      secretKey: t.expose('secretKey', {
        type: SecretKeyObject,
        description: 'What is kept of the key.',
      }),
    }),
  });

const RevokeSecretKeyPayload = builder.errorUnion('RevokeSecretKeyPayload', {
  description: 'The revoked key, or the reason why none was revoked.',
  types: [RevokeSecretKeySuccess, SecretKeyNotFoundError, InvalidInputError],
  resolveType: () => 'RevokeSecretKeySuccess',
});

builder.queryField('secretKeys', (t) =>
  t.field({
    type: [SecretKeyObject],
    nullable: true,
    extensions: declareCost({ list: 2 * MOST_KEYS, statements: 1 }),
    description:
      'Lists the keys that were made through Brim, the newest first: at most 100, and on request ' +
      'the 100 that were revoked last. Needs a secret key.',
    args: {
      includeRevoked: t.arg.boolean({
        defaultValue: false,
        description: 'True lists revoked keys, too, after the others.',
      }),
    },
    resolve: appOnly(async (_, args, { secretKeys }) => [...(await secretKeys.list(args))]),
  }),
);

builder.mutationFields((t) => ({
  createSecretKey: t.field({
    type: CreateSecretKeyPayload,
    nullable: true,
    description:
      'Makes a secret key with a name and scopes. There may be 100 at a time. Needs a secret key.',
    args: {
      input: t.arg({
        type: CreateSecretKeyInput,
        required: true,
        description: 'The name of the key, and what it may do.',
      }),
    },
    resolve: appOnly((_, { input }, { secretKeys, actor }) => secretKeys.make(input, actor)),
  }),
  revokeSecretKey: t.field({
    type: RevokeSecretKeyPayload,
    nullable: true,
    description:
      'Revokes a key. It answers after about a second, and from then on every process refuses ' +
      'the key. Streams that were opened with it end with UNAUTHENTICATED, sockets close with ' +
      '4403. Doing it twice does no harm. Needs a secret key.',
    args: {
      input: t.arg({
        type: RevokeSecretKeyInput,
        required: true,
        description: 'Which key is to be revoked.',
      }),
    },
    resolve: appOnly((_, { input }, { secretKeys }) => secretKeys.revoke(input)),
  }),
}));
