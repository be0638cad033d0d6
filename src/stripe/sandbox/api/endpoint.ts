/** What an endpoint of the sandbox's API is. Each noun has a file that exports its endpoints. */
import type { Act } from '../acts/act.ts';
import type { FormObject } from '../wire/form.ts';

/** One call, inside its transaction. */
export interface Call extends Act {
  readonly form: FormObject;
  /** The first id in the path; empty where the path has none. */
  readonly id: string;
}

export type Method = 'GET' | 'POST' | 'DELETE';

export interface Endpoint {
  readonly method: Method;
  readonly path: RegExp;
  /** @returns the object of the answer. @throws SandboxApiError, as Stripe refuses. */
  readonly run: (call: Call) => Promise<unknown>;
}

/** @param path such as `/v1/customers/:id`. */
export function endpoint(method: Method, path: string, run: Endpoint['run']): Endpoint {
  return { method, path: new RegExp(`^${path.replace(':id', '(\\w+)')}$`), run };
}
