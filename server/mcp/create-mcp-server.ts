import type { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import type { Logger } from "@/server/logger";
import type { Context } from "@/server/trpc/context";
import { callTool } from "./call-tool";
import { tools } from "./tools";

const instructions =
  "Sightline watches GPUs and what runs on them, and counts the tokens of prompts. All tools only read. Times are ISO 8601 in UTC. Null is not known, never 0, and where a reason is known it stands beside it. Values marked simulated are invented: say so. Begin with get_gpu_state, or with what_happened_around when you look into an incident.";

const byName = new Map(tools.map((tool) => [tool.name, tool]));

/** For questions that a server asks its client, which this one never does; the usual one compiles a validator a request. */
const noValidator = {
  getValidator: () => () => ({ valid: false as const, data: undefined, errorMessage: "not used" }),
};

/** One server for one request: the package allows no second client on it, and nothing is kept between two requests. */
export async function createMcpServer(options: {
  context: Context;
  logger: Logger;
  version: string;
}): Promise<McpServer> {
  // Loaded with the first request: most portals never get one.
  const [sdk, types] = await Promise.all([
    import("@modelcontextprotocol/sdk/server/mcp.js"),
    import("@modelcontextprotocol/sdk/types.js"),
  ]);
  const mcp = new sdk.McpServer(
    { name: "sightline", title: "Sightline", version: options.version },
    { instructions, jsonSchemaValidator: noValidator },
  );
  const { server } = mcp;
  // Own handlers, because registered tools answer an error with whatever text it has.
  server.registerCapabilities({ tools: {} });
  server.setRequestHandler(types.ListToolsRequestSchema, () => ({
    tools: tools.map(({ answer: _answer, inputSchema, outputSchema, ...described }) => ({
      ...described,
      inputSchema: inputSchema as { type: "object" },
      outputSchema: outputSchema as { type: "object" },
      annotations: {
        title: described.title,
        readOnlyHint: true,
        destructiveHint: false,
        idempotentHint: true,
        openWorldHint: false,
      },
    })),
  }));
  server.setRequestHandler(types.CallToolRequestSchema, ({ params }) => {
    const tool = byName.get(params.name);
    if (tool === undefined)
      throw new types.McpError(
        types.ErrorCode.InvalidParams,
        "No tool has this name. tools/list names those there are.",
      );
    return callTool(tool, params.arguments ?? {}, options);
  });
  return mcp;
}
