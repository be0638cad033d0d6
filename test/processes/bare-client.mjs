// Every public entry of package.json in a process that has nothing of a browser, and no WebSocket:
// imported, and set up as a page's server sets it up. What it says at the end is what it found.
import { readFileSync } from 'node:fs';

delete globalThis.WebSocket;
const uncaught = [];
process.on('uncaughtException', (error) => uncaught.push(String(error)));
process.on('unhandledRejection', (error) => uncaught.push(String(error)));

const { exports } = JSON.parse(readFileSync(new URL('../../packages/client/package.json', import.meta.url), 'utf8'));
const names = Object.keys(exports)
  .filter((entry) => !entry.endsWith('.json'))
  .map((entry) => entry.replace('.', '@brim/client'));
const modules = Object.fromEntries(await Promise.all(names.map(async (name) => [name, await import(name)])));

const options = { url: 'http://127.0.0.1:9', token: 'a-token' };
const { ApolloClient } = await import('@apollo/client');
const { Client } = await import('@urql/core');
const { apolloOptions, BalanceChangedDocument } = modules['@brim/client/apollo'];
const apollo = new ApolloClient(apolloOptions(options));
const urql = new Client(modules['@brim/client/urql'].urqlOptions(options));

const words = (error) => String(error?.message ?? error);
const said = {
  apollo: await new Promise((resolve) => {
    const take = ({ error }) => resolve(words(error));
    apollo.subscribe({ query: BalanceChangedDocument }).subscribe({ next: take, error: (error) => resolve(words(error)) });
  }),
  urql: await new Promise((resolve) => {
    urql.subscription(BalanceChangedDocument, {}).subscribe(({ error }) => resolve(words(error)));
  }),
};

const { createElement } = await import('react');
const { renderToString } = await import('react-dom/server');
const { BalanceMeter, BrimProvider, useConnection, useCustomer } = modules['@brim/client/react'];
const Customer = () => createElement('p', {}, `${useConnection()} ${useCustomer().isLoading}`);
const html = renderToString(
  createElement(
    BrimProvider,
    { url: options.url, token: options.token },
    createElement(Customer),
    createElement(BalanceMeter, { featureId: 'messages' }),
  ),
);

await new Promise((resolve) => setTimeout(resolve, 50));
console.log(JSON.stringify({ names, said, html, uncaught }));
process.exit();
