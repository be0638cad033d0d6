import { GraphQLError } from 'graphql';
import { describe, expect, it } from 'vitest';
import { openLog } from '../../../src/platform/log.ts';
import { discloseError } from '../../../src/server/answers/masking.ts';

const disclosure = { requestId: 'r', log: openLog('silent'), hideSuggestions: true };

describe('a hidden suggestion', () => {
  it.each([[''], ['x'.repeat(300)]])('leaves no name behind, however long its message is', (name) => {
    const message = `Variable "$${name}" got invalid value "USAG"; Value "USAG" does not exist in "Kind" enum. Did you mean the enum value "USAGE", "RELEASE", or "REVERSAL"?`;
    const shown = discloseError(new GraphQLError(message), disclosure);
    expect(shown.message).toMatch(/does not exist in "Kind" enum\.$/);
    expect(discloseError(new GraphQLError(message), { ...disclosure, hideSuggestions: false }).message).toContain('"REVERSAL"?');
  });
});
