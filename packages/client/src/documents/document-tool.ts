/** An operation as a tool for agents, with what the schema says of it. */
import type { JsonSchemaType, ToolAnnotations } from '@modelcontextprotocol/server';

export interface DocumentTool {
  readonly name: string;
  readonly description: string;
  /** The operation's text. Its variables are the tool's arguments. */
  readonly document: string;
  readonly inputSchema: JsonSchemaType;
  readonly annotations: ToolAnnotations;
  /** True for a mutation that is done once however often it comes with the key of its input. */
  readonly takesKey: boolean;
}
