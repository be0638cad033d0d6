#!/usr/bin/env node
import { mcpServerFactory } from '@brim/client/mcp';
import { openBrim } from '@brim/client/server';
/**
 * `brim-mcp`: Brim for one agent, over standard input and output. Its host starts it with the
 * address and the key in the environment, and ends it by closing its input.
 */
import { serveStdio } from '@modelcontextprotocol/server/stdio';

const { BRIM_URL: url = '', BRIM_SECRET_KEY: secretKey = '', BRIM_MCP_ALLOW: allow = '' } = process.env;

try {
  if (!URL.canParse(url)) throw new Error('BRIM_URL must be the address of Brim, such as https://brim.example.');
  if (!secretKey) throw new Error('BRIM_SECRET_KEY must be a secret key or a customer token.');
  const brim = await openBrim({ url, secretKey });
  serveStdio(mcpServerFactory(brim, { allow: allow === 'all' ? allow : namesIn(allow) }));
} catch (error) {
  process.stderr.write(`brim-mcp could not start. ${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}

/** @param list has commas between them. */
function namesIn(list: string): readonly string[] {
  return list
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);
}
