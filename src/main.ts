/**
 * The program: the command line of `brim`. Each command is a file of src/commands, and loads only
 * what it needs.
 */
import { Command } from 'commander';
import type { CommandContext } from './commands/command.ts';
import { explain } from './commands/explain.ts';
import type { ImportOptions } from './commands/import.ts';
import { openTerminal } from './commands/terminal.ts';
import { readVersion } from './commands/version.ts';

const context: CommandContext = {
  environment: process.env,
  terminal: openTerminal({ out: process.stdout, err: process.stderr }),
};

const brim = new Command('brim')
  .description('Prepaid balances, exact and live. Each command reads the same environment variables.')
  .version(readVersion())
  .showHelpAfterError();

brim
  .command('start')
  .description('start Brim, also where no command is given; in development also its database and a demo')
  .action(async () => (await import('./commands/start.ts')).start(context));

brim
  .command('migrate')
  .description('bring the database to the newest migration, apart from the start')
  .action(async () => end((await import('./commands/migrate.ts')).migrate(context)));

brim
  .command('import')
  .argument('<file>', 'a CSV file: see docs/importing.md for its columns')
  .option('--url <url>', 'where Brim is (default: PUBLIC_URL, or this machine)')
  .option('--name <name>', 'what tells this import from others (default: the name of the file)')
  .description('take customers over with their opening balances and past usage')
  .action(async (file: string, options: ImportOptions) =>
    end((await import('./commands/import.ts')).importFile(context, file, options)),
  );

const plans = brim.command('plans').description('the catalogue as a file: what would change, and change it');
for (const [verb, description] of [
  ['diff', 'say what would change; exit code 1 if something would'],
  ['apply', 'change it: a new version only of plans that differ'],
] as const)
  plans
    .command(verb)
    .argument('<file>', 'JSON, or a module whose default export it is: see docs/commands.md')
    .description(description)
    .action(async (file: string) => end((await import('./commands/plans.ts')).plans(context, verb, file)));

const keys = brim.command('keys').description('secret keys with a name and scopes, which are valid and revoked at once');
keys
  .command('make')
  .argument('<name>', 'who or what uses it')
  .requiredOption(
    '--scope <scope>',
    'READ, TRACK, PURCHASES, CATALOGUE, CUSTOMERS or ADMIN, once for each: see docs/keys.md',
    (scope: string, before: readonly string[] = []) => [...before, scope],
  )
  .description('make a key and print it: it is never shown again')
  .action(async (name: string, { scope }: { scope: string[] }) =>
    end((await import('./commands/keys.ts')).makeKey(context, name, scope)),
  );
keys
  .command('list')
  .option('--all', 'also those that were revoked')
  .description('list the keys, with how each begins and when it was last used')
  .action(async (options: { all?: boolean }) => end((await import('./commands/keys.ts')).listKeys(context, options)));
keys
  .command('revoke')
  .argument('<name>', 'its name or its id')
  .description('revoke a key: when this ends, no process accepts it any more')
  .action(async (name: string) => end((await import('./commands/keys.ts')).revokeKey(context, name)));

brim
  .command('verify')
  .description('recompute every balance from its entries, and name what does not fit')
  .action(async () => end((await import('./commands/verify.ts')).verify(context)));

brim
  .command('doctor')
  .description('look at the configuration, the database, the clock and Stripe, and say what to do')
  .action(async () => end((await import('./commands/doctor.ts')).doctor(context)));

/** Ends the process with the command's exit code, although a pool may still have connections. */
async function end(running: Promise<number>): Promise<void> {
  process.exitCode = await running;
}

const [program = '', script = '', ...words] = process.argv;
brim.parseAsync([program, script, ...(words.length > 0 ? words : ['start'])]).catch((error: unknown) => {
  process.stderr.write(`${explain(error, brim.args[0])}\n`);
  process.exit(1);
});
