/** The log of the schema's changes, which `npm run generate` writes. */
import { buildSchema } from 'graphql';
import { describe, expect, it } from 'vitest';
import { logSchemaChanges } from '../../scripts/schema-changes.ts';

const RELEASED = 'type Query { cup(size: Int): String "The old words." bowl: Int } enum Colour { RED }';
const sectionOf = async (present: string, before = '') => {
  const written = await logSchemaChanges(before, RELEASED, buildSchema(present));
  return written.slice(written.indexOf('## Unreleased'));
};

describe('the log of the schema’s changes', () => {
  it('names what is new, and first what may surprise a client', async () => {
    const present = `type Query { cup(size: Int, lid: Boolean = true): String bowl: Int @deprecated(reason: "Use cup.") jug: Jug }
      enum Colour { RED BLUE } type Jug { litres: Int }`;
    expect(await sectionOf(present)).toBe(`## Unreleased

### Look at these

- \`Colour.BLUE\`: Enum value 'BLUE' was added to enum 'Colour'
- \`Query.cup.lid\`: Argument 'lid: Boolean' (with default value) added to field 'Query.cup'

### New types

- \`Jug\`

### Added or deprecated

- \`Query.bowl.@deprecated\`: Field 'Query.bowl' is deprecated
- \`Query.jug\`: Field 'jug' was added to object type 'Query'
`);
  });

  it('leaves out descriptions, and says where nothing is new', async () => {
    expect(await sectionOf('type Query { "New words." cup(size: Int): String bowl: Int } enum Colour { RED }')).toBe(
      '## Unreleased\n\nNothing.\n',
    );
  });

  it('writes anew what is unreleased, and keeps what was released', async () => {
    const before = '# Changes\n\n## Unreleased\n\n- `Old.news`\n\n## 0.3.0 - 2027-01-31\n\n- `Query.cup`: added\n';
    expect(await sectionOf(RELEASED, before)).toBe(
      '## Unreleased\n\nNothing.\n\n## 0.3.0 - 2027-01-31\n\n- `Query.cup`: added\n',
    );
  });
});
