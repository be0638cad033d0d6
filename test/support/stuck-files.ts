/**
 * A reporter that names the test files that take unusually long, and the tests that they are at,
 * and ends the run where a file never ends. A worker whose code never returns reaches no deadline
 * of Vitest's, and the run would say nothing and go on for ever.
 */
import type { Reporter, TestCase, TestModule } from 'vitest/node';
import { isLong } from './long.ts';

const LOOK_EVERY_MS = 60_000;
const UNUSUAL_MS = 3 * 60_000;
/** Ten times as long as the longest file takes beside other load. */
const ENDLESS_MS = (isLong ? 10 : 1) * 20 * 60_000;

interface Running {
  readonly since: number;
  /** The tests that are being run. */
  readonly tests: Set<string>;
}

export default class StuckFiles implements Reporter {
  readonly #running = new Map<string, Running>();
  #looks: NodeJS.Timeout | undefined;

  onTestRunStart(): void {
    clearInterval(this.#looks);
    this.#looks = setInterval(() => this.#look(), LOOK_EVERY_MS).unref();
  }

  onTestModuleStart({ relativeModuleId }: TestModule): void {
    this.#running.set(relativeModuleId, { since: performance.now(), tests: new Set() });
  }

  onTestCaseReady({ module, fullName }: TestCase): void {
    this.#running.get(module.relativeModuleId)?.tests.add(fullName);
  }

  onTestCaseResult({ module, fullName }: TestCase): void {
    this.#running.get(module.relativeModuleId)?.tests.delete(fullName);
  }

  onTestModuleEnd({ relativeModuleId }: TestModule): void {
    this.#running.delete(relativeModuleId);
  }

  onTestRunEnd(): void {
    clearInterval(this.#looks);
  }

  #look(): void {
    const now = performance.now();
    for (const [file, { since, tests }] of this.#running) {
      const ranMs = now - since;
      if (ranMs < UNUSUAL_MS) continue;
      const at = [...tests].join('; ') || 'no test';
      process.stdout.write(`… ${file} has run for ${Math.round(ranMs / 60_000)} min, and is at: ${at}\n`);
      if (ranMs < ENDLESS_MS) continue;
      process.stderr.write(`✗ ${file} does not end\n`);
      process.exit(1);
    }
  }
}
