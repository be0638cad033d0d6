/**
 * The one gate: format, lint, types, generated code, tests, and the benchmark's short form. The
 * same for CI, for newcomers and for us. Stops at the first that fails.
 */
import { spawnSync } from 'node:child_process';

const STEPS: readonly (readonly [name: string, command: string])[] = [
  ['format and lint', 'npx --no-install biome ci --error-on-warnings .'],
  ['types', 'node scripts/prisma-client.mjs && npx --no-install tsc -p .'],
  ['generated code is current', 'npx --no-install tsx scripts/generate.ts --check'],
  ['tests', 'npm test'],
  ['no ratio has fallen to half', 'npm run -s bench -- --short'],
];

for (const [name, command] of STEPS) {
  const start = Date.now();
  process.stdout.write(`▸ ${name}\n`);
  const { status } = spawnSync(command, { stdio: 'inherit', shell: true });
  if (status !== 0) {
    process.stderr.write(`✗ ${name}\n`);
    process.exit(status ?? 1);
  }
  process.stdout.write(`✓ ${name} (${((Date.now() - start) / 1_000).toFixed(1)} s)\n`);
}
