/**
 * What GraphQL Code Generator makes for the clients: typed documents, as its client preset writes
 * them. `npm run generate` drives the generator's core with this; its command line asks for Node
 * 22.
 */
import type { ClientPresetConfig } from '@graphql-codegen/client-preset';
import { scalars } from './packages/client/src/codegen/codegen.ts';

export const DOCUMENTS = 'packages/client/src/documents';

export const CONSOLE_DOCUMENTS = 'packages/console/src/documents';

export const presetConfig: ClientPresetConfig = { fragmentMasking: false, skipIndexFile: true };

export const config = {
  scalars,
  strictScalars: true,
  arrayInputCoercion: false,
  useTypeImports: true,
  enumType: 'string-literal',
  immutableTypes: true,
};
