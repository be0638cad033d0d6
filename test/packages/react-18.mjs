// In a project with React 18: hooks that suspend wait for the first answer, and give its error to
// the boundary.
import { BrimProvider, useSuspenseBalance } from '@brim/client/react';
import { Component, createElement, Suspense, version } from 'react';
import { act, create } from 'react-test-renderer';

globalThis.IS_REACT_ACT_ENVIRONMENT = true;
globalThis.window = globalThis;

const feature = { id: 'messages', name: 'Messages' };
const numbers = { granted: '10', remaining: '7', held: '0', usage: '3', unlimited: false, version: 3 };
const balance = { id: 'b', feature, ...numbers, nextResetAt: null, nextExpiryAt: null };
const viewer = { id: 'ada', name: null, email: null, balances: [balance] };
const answers = {
  good: { data: { viewer } },
  bad: { errors: [{ message: 'No.', extensions: { code: 'FORBIDDEN' } }] },
};
globalThis.fetch = async (_, { headers }) => Response.json(answers[headers.authorization.replace('Bearer ', '')]);

class Boundary extends Component {
  state = { error: undefined };
  static getDerivedStateFromError(error) {
    return { error };
  }
  render() {
    return this.state.error ? `error: ${this.state.error.message}` : this.props.children;
  }
}

const Remaining = () => useSuspenseBalance('messages').remaining;

async function shown(token) {
  const options = { key: token, url: 'http://127.0.0.1:9', token, transports: ['polling'] };
  const waiting = createElement(Suspense, { fallback: 'waiting' }, createElement(Remaining));
  let tree;
  const texts = [];
  console.error = () => undefined;
  await act(async () => {
    tree = create(createElement(Boundary, {}, createElement(BrimProvider, options, waiting)), { unstable_isConcurrent: true });
  });
  for (let turn = 0; turn < 40; turn += 1) {
    await act(() => new Promise((resolve) => setTimeout(resolve, 10)));
    texts.push(tree.toJSON());
  }
  return texts.at(-1);
}

console.log(JSON.stringify({ version, good: await shown('good'), bad: await shown('bad') }));
process.exit();
