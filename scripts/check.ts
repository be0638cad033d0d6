/** The one gate: format, lint, types, generated code, tests. The same for CI, for newcomers and for us. Stops at the first that fails. */
import { spawnSync } from 'node:child_process';

const STEPS: readonly (readonly [name: string, command: readonly string[]])[] = [
  ['format and lint', ['biome', 'ci', '--error-on-warnings', '.']],
  ['types', ['tsc', '-p', '.']],
  ['generated code is current', ['tsx', 'scripts/generate.ts', '--check']],
  ['tests', ['vitest', 'run']],
];

for (const [name, [command = '', ...args]] of STEPS) {
  const start = Date.now();
  process.stdout.write(`▸ ${name}\n`);
  const { status } = spawnSync('npx', ['--no-install', command, ...args], { stdio: 'inherit' });
  if (status !== 0) {
    process.stderr.write(`✗ ${name}\n`);
    process.exit(status ?? 1);
  }
  process.stdout.write(`✓ ${name} (${((Date.now() - start) / 1_000).toFixed(1)} s)\n`);
}
