import { type Config, ConfigError, readConfig } from '../config/config.ts';
import { connectAtStart } from '../database/startup-connection.ts';
import { type Log, openLog } from '../platform/log.ts';
import { StartError } from '../platform/start-error.ts';
import { checkClock } from './checks/clock.ts';
import { checkConfiguration } from './checks/configuration.ts';
import { askOn, type Finding, fault } from './checks/finding.ts';
import { checkListen } from './checks/listen.ts';
import { checkReplica } from './checks/replica.ts';
import { checkSchema, checkTriggers } from './checks/schema.ts';
import { checkServer } from './checks/server.ts';
import { checkStripe } from './checks/stripe.ts';
import { checkWork } from './checks/work.ts';
import { type CommandContext, DONE, FOUND } from './command.ts';
import { sayingWaits } from './waiting.ts';
import { type DatabaseAddress, withDatabase } from './with-database.ts';

/**
 * `brim doctor`: looks at all that Brim needs, and says what to do. It changes nothing. A fault
 * makes the exit code 1; a warning does not.
 */
export async function doctor({ environment, terminal }: CommandContext): Promise<number> {
  let faults = 0;
  const tell = ({ level, about, says, advice }: Finding) => {
    if (level === 'fault') faults += 1;
    terminal.say(`${level.padEnd(8)} ${about}: ${says}${advice === undefined ? '' : ` ${advice}`}`);
  };
  for await (const finding of examine({ environment, terminal })) tell(finding);
  terminal.say(faults === 0 ? 'There is no fault.' : `There ${faults === 1 ? 'is 1 fault' : `are ${faults} faults`}.`);
  return faults === 0 ? DONE : FOUND;
}

async function* examine({ environment, terminal }: CommandContext): AsyncGenerator<Finding> {
  let config: Config;
  try {
    config = readConfig(environment);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    yield* error.problems.map((problem) => fault('configuration', problem, 'Nothing else was looked at.'));
    return;
  }
  const log = openLog('silent');
  yield* checkConfiguration(config, environment);
  yield* await examineDatabase(config, log, terminal);
  yield* await sayingWaits(terminal, 'Waiting for Stripe.', () => checkStripe(config, log));
}

async function examineDatabase(config: Config, log: Log, terminal: CommandContext['terminal']): Promise<readonly Finding[]> {
  try {
    return await withDatabase(config, { log, terminal }, (address) => checkDatabase(config, address));
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    return [fault('database', error.message, 'Nothing of it was looked at.')];
  }
}

async function checkDatabase(config: Config, address: DatabaseAddress): Promise<readonly Finding[]> {
  const connection = await connectAtStart({ url: address.directUrl, variable: address.variable });
  const ask = askOn(connection);
  try {
    const server = await checkServer(ask);
    const schema = await checkSchema(address);
    // What looks into tables needs all of them.
    const tables =
      schema.level === 'ok' ? [...(await checkTriggers(ask)), ...(await checkClock(ask)), ...(await checkWork(ask))] : [];
    return [...server, ...(await checkReplica(config, ask)), schema, await checkListen(address), ...tables];
  } finally {
    await connection.end();
  }
}
