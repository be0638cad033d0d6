import { type Config, type Environment, findUnknownVariables } from '../../config/config.ts';
import { warningsOf } from '../../config/warnings.ts';
import { type Finding, ok, warning } from './finding.ts';

const ABOUT = 'configuration';

/** Variables that nothing reads, settings that are unusual, and what is simulated. */
export function checkConfiguration(config: Config, environment: Environment): readonly Finding[] {
  const unknown = findUnknownVariables(environment).map((sentence) => warning(ABOUT, sentence, 'Correct its name, or unset it.'));
  const unusual = warningsOf(config).map((sentence) => warning(ABOUT, sentence, 'Change it, or leave it if it is meant.'));
  const found = [...unknown, ...unusual];
  return [...(found.length > 0 ? found : [ok(ABOUT, `of ${config.environment}, without a problem`)]), ...simulated(config)];
}

function simulated({ stripe, databaseUrl, testClocks, dataDir }: Config): readonly Finding[] {
  return [
    ...(stripe ? [] : [warning('payments', 'are simulated by the sandbox: nobody pays.', 'Set STRIPE_SECRET_KEY for Stripe.')]),
    ...(databaseUrl === undefined
      ? [warning('database', `is the PostgreSQL in ${dataDir}, on this machine alone.`, 'Set DATABASE_URL for your own.')]
      : []),
    ...(testClocks
      ? [warning('time', 'may be moved by advanceClock.', 'Unset BRIM_TEST_CLOCKS where the time should be the real one.')]
      : []),
  ];
}
