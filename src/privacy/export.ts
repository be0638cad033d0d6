/**
 * Exports all that is kept about one customer, as JSON lines: a row of a table in each, in the
 * order of the plan by which customers are erased. So nothing can be in one and not in the other.
 *
 * The reader sets the pace: a page of rows is read once the one before it has left this process.
 */
import type { Access } from '../access/access.ts';
import { needScope } from '../access/actor.ts';
import { type Budgets, budgetHeaders, credentialIdOf, overBudget } from '../access/budgets.ts';
import type { Database } from '../database/database.ts';
import { reading } from '../database/database.ts';
import { CustomerNotFoundError, ForbiddenError } from '../values/errors.ts';
import * as schema from '../values/input.ts';
import type { NeededScopes } from '../values/key-scope.ts';
import { IN_BATCHES, type Part, SELF, WHOLE } from './plan.ts';
import { isCustomer, type Reader, type RowPage, readRows } from './rows.ts';

export interface ExportDeps {
  readonly access: Pick<Access, 'authenticate'>;
  readonly budgets: Budgets;
  readonly database: Pick<Database, 'statements' | 'reports'>;
}

/** What an export takes off the budget of its key, however long it is. */
const POINTS = 10_000;
/** What a secret key needs for it. */
const EXPORT_SCOPES: NeededScopes = ['ADMIN'];

/**
 * Makes the function that answers `GET /customers/:customerId/export`.
 * @throws UnauthenticatedError, ForbiddenError, RateLimitedError.
 */
export function openCustomerExport({ access, budgets, database: { statements, reports } }: ExportDeps) {
  return async function handle(request: Request, { customerId = '' }: Readonly<Record<string, string>>): Promise<Response> {
    const authorization = request.headers.get('authorization') ?? '';
    const actor = await access.authenticate(authorization);
    if (actor.kind !== 'app') throw new ForbiddenError('This needs a secret key: a customer token may not do it.');
    needScope(actor, 'An export', EXPORT_SCOPES);
    const spending = budgets.spend({ actor, credentialId: credentialIdOf(authorization) }, POINTS);
    if (spending.waitMs > 0) throw overBudget(spending);
    const headers = budgetHeaders(spending.account);
    const isId = schema.id.safeParse(customerId).success;
    if (!isId || !(await reading(() => isCustomer(statements, customerId)))) {
      const { code, message } = new CustomerNotFoundError(customerId);
      return Response.json({ errors: [{ message, extensions: { code } }] }, { status: 404, headers });
    }
    return new Response(streamOf(linesOf(reports.of('export'), customerId)), {
      headers: { ...headers, 'content-type': 'application/x-ndjson; charset=utf-8' },
    });
  };
}

/** The last line says that it is whole: a file without it was cut off. */
async function* linesOf(reader: Reader, customerId: string): AsyncGenerator<string> {
  let rows = 0;
  for (const part of [...SELF, ...WHOLE, ...IN_BATCHES]) {
    for await (const page of pagesOf(reader, part, customerId)) {
      rows += page.length;
      yield page.map((row) => `{"table":${JSON.stringify(part.table.replaceAll('"', ''))},"row":${row}}\n`).join('');
    }
  }
  yield `{"end":true,"rows":${rows}}\n`;
}

async function* pagesOf(reader: Reader, part: Part, customerId: string): AsyncGenerator<readonly string[]> {
  for (let after: RowPage['last'] = null, isFirst = true; isFirst || after !== null; isFirst = false) {
    const page: RowPage = await reading(() => readRows(reader, part, customerId, after));
    if (page.rows.length > 0) yield page.rows;
    after = page.last;
  }
}

/** A line is made when it is asked for. */
function streamOf(lines: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await lines.next();
        if (done) controller.close();
        else controller.enqueue(encoder.encode(value));
      },
      async cancel() {
        await lines.return(undefined);
      },
    },
    { highWaterMark: 1 },
  );
}
