/**
 * `@brim/client/mcp`: Brim for agents, by the Model Context Protocol. Each query of this package is
 * a tool, and each mutation that the app allows. Nothing else can be asked.
 */
import { createRequire } from 'node:module';
import { fromJsonSchema, McpServer, type ServerContext } from '@modelcontextprotocol/server';
import type { DocumentTool } from '../documents/document-tool.ts';
import { TOOLS } from '../documents/generated/tools.ts';
import type { Brim } from '../server/index.ts';
import { callTool } from './call-tool.ts';

export interface McpOptions {
  /** Mutations that an agent may call, such as `track`; `all` allows every one. Default: none. */
  readonly allow?: 'all' | readonly string[];
}

const INSTRUCTIONS = `Brim keeps the prepaid balances of an app's customers. A tool is one operation \
of its GraphQL API. Amounts are exact decimals, written as text. A list has pages: where hasNextPage \
is true, ask again with after: endCursor. A refusal says in its code what is wrong; where retryable \
is true, the same call may succeed later.`;

/**
 * Makes the servers that the SDK asks for: one for `serveStdio`, one a request for
 * `createMcpHandler`, or one for any transport.
 * @param brim stays the caller's to close. What its key may not do, no tool does.
 * @throws Error where `allow` names no mutation.
 */
export function mcpServerFactory(brim: Pick<Brim, 'request'>, { allow = [] }: McpOptions = {}): () => McpServer {
  const { version }: { version: string } = createRequire(import.meta.url)('@brim/client/package.json');
  const tools = allowed(allow).map((tool) => ({ tool, inputSchema: fromJsonSchema<Record<string, unknown>>(tool.inputSchema) }));
  return () => {
    const server = new McpServer({ name: 'brim', title: 'Brim', version }, { instructions: INSTRUCTIONS });
    for (const { tool, inputSchema } of tools) {
      const { name, description, annotations } = tool;
      server.registerTool(name, { description, annotations, inputSchema }, (variables, { mcpReq }: ServerContext) =>
        callTool(brim, tool, variables, mcpReq.signal),
      );
    }
    return server;
  };
}

function allowed(allow: 'all' | readonly string[]): readonly DocumentTool[] {
  const mutations = TOOLS.filter(({ annotations }) => !annotations.readOnlyHint).map(({ name }) => name);
  const names = allow === 'all' ? mutations : allow;
  const unknown = names.find((name) => !mutations.includes(name));
  if (unknown !== undefined) throw new Error(`There is no mutation ${unknown}. There are: ${mutations.join(', ')}.`);
  return TOOLS.filter(({ name, annotations }) => annotations.readOnlyHint || names.includes(name));
}
