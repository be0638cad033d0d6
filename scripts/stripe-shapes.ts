/**
 * Writes test/stripe/shapes/stripe.json: what Stripe's API accepts and answers, for the endpoints
 * that Brim and its sandbox speak of. The tests check every call and every answer against it.
 *
 * Source: the installed `stripe` package, which Stripe generates from its OpenAPI description of
 * exactly the API version that Brim pins. Its .js files name each method's HTTP verb and path, its
 * .d.ts files the parameters and the answers. Run it again after a change of that package:
 * `npx tsx scripts/stripe-shapes.ts`
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import ts from 'typescript5';
import { answerOf, nameOf, openShapes } from './stripe-shapes/shapes.ts';

/** The endpoints that are described: for each file of the package, the methods of its class. */
const RESOURCES: Readonly<Record<string, readonly string[]>> = {
  Accounts: ['retrieveCurrent'],
  Charges: ['retrieve', 'list'],
  'Checkout/Sessions': ['create', 'retrieve', 'list', 'expire', 'listLineItems'],
  Customers: ['create', 'retrieve', 'update', 'del', 'list', 'listPaymentMethods', 'retrievePaymentMethod'],
  Disputes: ['retrieve', 'list'],
  'BillingPortal/Sessions': ['create'],
  InvoicePayments: ['list'],
  Invoices: ['retrieve', 'list', 'pay', 'voidInvoice', 'createPreview', 'listLineItems'],
  PaymentIntents: ['create', 'retrieve', 'list', 'confirm', 'cancel'],
  PaymentMethods: ['retrieve', 'list', 'attach', 'detach'],
  Prices: ['create', 'retrieve', 'list'],
  Products: ['create', 'retrieve', 'list'],
  'Radar/EarlyFraudWarnings': ['retrieve', 'list'],
  Refunds: ['create', 'retrieve', 'list'],
  SetupIntents: ['create', 'retrieve', 'list'],
  SubscriptionItems: ['list', 'update'],
  Subscriptions: ['create', 'retrieve', 'update', 'list', 'cancel', 'pause', 'resume'],
};

const root = path.resolve(path.dirname(createRequire(import.meta.url).resolve('stripe')), '..');
const pinned: { version: string } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
const fileOf = (resource: string, extension: string) => path.join(root, `cjs/resources/${resource}${extension}`);

const program = ts.createProgram(
  Object.keys(RESOURCES).map((resource) => fileOf(resource, '.d.ts')),
  { strict: true, noLib: false, types: [], skipLibCheck: true },
);
const checker = program.getTypeChecker();
/** "POST /v1/refunds" for each method of a resource. */
function routesOf(resource: string): Map<string, string> {
  const source = readFileSync(fileOf(resource, '.js'), 'utf8');
  const methods = source.matchAll(/\n {4}(\w+)\([^)]*\) \{[^}]*?_makeRequest\('(\w+)', [`']([^`']+)[`']/g);
  return new Map(
    [...methods].map(([, name = '', verb, url = '']) => [name, `${verb} ${url.replace(/\$\{[^}]*\}?\)?\}/g, '{id}')}`]),
  );
}

interface Endpoint {
  readonly route: string;
  readonly params: ts.Type | undefined;
  readonly answer: NonNullable<ReturnType<typeof answerOf>>;
}

function endpointsOf(resource: string): readonly Endpoint[] {
  const routes = routesOf(resource);
  const classes = program.getSourceFile(fileOf(resource, '.d.ts'))?.statements.filter(ts.isClassDeclaration) ?? [];
  return classes
    .flatMap(({ members }) => members.filter(ts.isMethodDeclaration))
    .filter((method) => RESOURCES[resource]?.includes(method.name.getText()))
    .flatMap((method) => {
      const route = routes.get(method.name.getText());
      const signature = checker.getSignatureFromDeclaration(method);
      const answer = signature && answerOf(checker, checker.getReturnTypeOfSignature(signature));
      const params = signature?.parameters.find(({ name }) => name === 'params');
      return route?.includes(' /v1/') && answer ? [{ route, params: params && checker.getTypeOfSymbol(params), answer }] : [];
    });
}

/** The names of the payment methods, which objects and parameters have as fields. */
function paymentMethods(): Set<string> {
  const methods = program.getSourceFile(fileOf('PaymentMethods', '.d.ts'));
  const text = /type Type = ([^;]+);/.exec(methods?.text ?? '')?.[1] ?? '';
  return new Set([...text.matchAll(/'(\w+)'/g)].map(([, name = '']) => name));
}

const endpoints = Object.keys(RESOURCES).flatMap(endpointsOf);
const objects = new Set([
  ...endpoints.flatMap(({ answer: { type } }) => (type.isUnion() ? type.types : [type]).map((each) => nameOf(checker, each))),
  // A dispute has its movements of money in it.
  'BalanceTransaction',
]);
const shapes = openShapes(checker, objects, paymentMethods());
const described = Object.fromEntries(
  endpoints.map(({ route, params, answer }) => [
    route,
    {
      params: params ? shapes.typesOf(params) : [],
      answer: shapes.typesOf(answer.type).map((each) => (answer.isList ? `[]${each}` : each)),
    },
  ]),
);

const text = JSON.stringify({ stripe: pinned.version, endpoints: described, structs: shapes.structs });
writeFileSync(new URL('../test/stripe/shapes/stripe.json', import.meta.url), `${text}\n`);
process.stdout.write(`${endpoints.length} endpoints, ${Object.keys(shapes.structs).length} structs, ${text.length} bytes\n`);
