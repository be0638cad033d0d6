import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { openAudit } from '../audit/audit.ts';
import { type Catalog, openCatalog } from '../catalog/catalog.ts';
import { type CatalogChange, changesTowards, readCatalogFile } from '../catalog/catalog-file.ts';
import type { PlanTerms } from '../catalog/types.ts';
import { readConfig } from '../config/config.ts';
import { openDatabase } from '../database/database.ts';
import { refusePending } from '../database/migrate.ts';
import { openLog } from '../platform/log.ts';
import { StartError } from '../platform/start-error.ts';
import { problemsWithCharges } from '../purchases/quote/sellable.ts';
import { stripeChargeRules } from '../stripe/wire/charge-rules.ts';
import { stripeIntervalRule } from '../stripe/wire/recurring.ts';
import { DomainError } from '../values/errors.ts';
import { type CommandContext, DONE, FOUND } from './command.ts';
import { withDatabase } from './with-database.ts';

const chargeProblems = (terms: PlanTerms) => problemsWithCharges(terms, stripeChargeRules, stripeIntervalRule);

/**
 * `brim plans diff FILE` says what would change, with the exit code 1 if something would. `brim
 * plans apply FILE` does it: a version of a plan only where the plan differs. Applying twice is
 * applying once.
 * @throws ConfigError, StartError.
 */
export async function plans({ environment, terminal }: CommandContext, verb: 'diff' | 'apply', file: string): Promise<number> {
  const config = readConfig(environment);
  const log = openLog('silent');
  const wanted = await refusing(file, async () => readCatalogFile(await readFileOf(file), chargeProblems));
  return withDatabase(config, { log, terminal }, async ({ url, directUrl, variable }) => {
    await refusePending(directUrl, { variable });
    const database = openDatabase({ url });
    const clock = { now: () => new Date() };
    const catalog = openCatalog({ database, clock, problemsWithCharges: chargeProblems });
    const audit = openAudit({ database, clock, log });
    try {
      const [features, known] = [
        await catalog.features({ includeArchived: true }),
        await catalog.plans({ includeArchived: true }),
      ];
      const changes = changesTowards(wanted, { features, plans: known });
      for (const change of changes) tell(change, terminal.say);
      if (changes.some((change) => change.verb === 'cannot')) return FOUND;
      if (verb === 'apply') {
        const requestId = `brim-plans-${randomUUID()}`;
        for (const change of changes) {
          const call = { actor: { kind: 'app' } as const, operation: change.verb, customerId: null, requestId };
          const end = () => ({ changed: 'something' as const, customerId: null, ids: { id: change.id } });
          await refusing(file, () => audit.record(call, () => make(catalog, change), end));
        }
      }
      terminal.say(
        changes.length === 0
          ? 'The catalogue is as the file says.'
          : `${changes.length} ${verb === 'apply' ? 'made' : 'to make'}.`,
      );
      return verb === 'diff' && changes.length > 0 ? FOUND : DONE;
    } finally {
      await database.close();
    }
  });
}

const SIGNS: Readonly<Record<CatalogChange['verb'], string>> = {
  createFeature: '+ feature',
  updateFeature: '~ feature',
  unarchiveFeature: '^ feature',
  createPlan: '+ plan',
  updatePlan: '~ plan',
  unarchivePlan: '^ plan',
  cannot: '! cannot change',
};

function tell({ verb, id, differs }: CatalogChange, say: (line: string) => void): void {
  say(`${SIGNS[verb]} ${id}`);
  for (const line of differs) say(`    ${line}`);
}

function make(catalog: Catalog, change: CatalogChange): Promise<unknown> {
  if (change.verb === 'cannot') return Promise.resolve();
  const { id } = change;
  if (!('input' in change)) return catalog[change.verb]({ id });
  return catalog[change.verb]({ ...change.input, id });
}

/** JSON, or a module whose default export it is. */
async function readFileOf(file: string): Promise<unknown> {
  try {
    if (path.extname(file) === '.json') return JSON.parse(await readFile(file, 'utf8'));
    const { default: catalogue } = await import(pathToFileURL(path.resolve(file)).href);
    return catalogue;
  } catch (error) {
    throw new StartError(`${file} cannot be read: ${error instanceof Error ? error.message : error}`, { cause: error });
  }
}

async function refusing<Result>(file: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    throw new StartError(`${file}: ${error.message}`, { cause: error });
  }
}
