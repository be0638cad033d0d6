import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../..');

it('every client can be imported and set up on a server without WebSocket, window and document', async () => {
  const args = ['--conditions=@brim/source', '--import', 'tsx', 'test/processes/bare-client.mjs'];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: ROOT });
  const { names, said, html, uncaught } = JSON.parse(stdout);
  expect(names).toEqual([
    '@brim/client/server',
    '@brim/client/react',
    '@brim/client/apollo',
    '@brim/client/urql',
    '@brim/client/webhooks',
    '@brim/client/openfeature',
    '@brim/client/mcp',
    '@brim/client/better-auth',
    '@brim/client/better-auth/client',
    '@brim/client/codegen',
  ]);
  expect(uncaught).toEqual([]);
  expect(said.apollo).toContain('There is no WebSocket here');
  expect(said.urql).toContain('There is no WebSocket here');
  expect(html).toContain('<p>connecting true</p>');
  expect(html).toContain('aria-busy="true"');
});
