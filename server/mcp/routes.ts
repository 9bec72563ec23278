import { AppError } from "@/server/errors";
import type { Route, RouteAnswer, RouteRequest } from "@/server/http/route";
import type { Logger } from "@/server/logger";
import type { Context, RequestContext } from "@/server/trpc/context";
import { untilAborted } from "@/server/until-aborted";
import { createMcpServer } from "./create-mcp-server";

interface McpOptions {
  /** The stores of the features, as tRPC gets them. */
  features: Omit<Context, keyof RequestContext>;
  version: string;
  nowMs: () => number;
  logger: Logger;
}

/** The protocol wants an absolute address; nothing reads it. */
const ADDRESS = "http://sightline.invalid/api/mcp";

/**
 * The endpoint for programs that work with a language model: MCP over streamable HTTP, without sessions, one JSON answer a POST
 * (modelcontextprotocol.io, specification, basic/transports). GET and DELETE are 405, as the specification says of such a server.
 */
export function mcpRoutes(options: McpOptions): Route[] {
  return [
    {
      method: "POST",
      path: "/api/mcp",
      policy: "tools",
      handle: (request) => answerMessage(request, options),
    },
  ];
}

async function answerMessage(request: RouteRequest, options: McpOptions): Promise<RouteAnswer> {
  const message = await request.readJson();
  if (Array.isArray(message))
    throw new AppError("INVALID", "Send one message a request: batches are not taken.");
  const { features, nowMs, version, logger } = options;
  const { requestId, actor, client, signal, accept, mcpProtocolVersion } = request;
  const context: Context = {
    ...features,
    requestId,
    actor,
    client,
    signal,
    nowMs,
    setCookie: () => undefined, // tools only read
  };
  const server = await createMcpServer({ context, version, logger });
  const { WebStandardStreamableHTTPServerTransport } =
    await import("@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js");
  const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true });
  try {
    await server.connect(transport);
    const asked = new Request(ADDRESS, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...(accept !== null && { accept }),
        ...(mcpProtocolVersion !== null && { "mcp-protocol-version": mcpProtocolVersion }),
      },
    });
    const answered = transport.handleRequest(asked, { parsedBody: message });
    const { status, body } = await untilAborted(answered.then(readAnswer), signal);
    return { status, contentType: "application/json", body };
  } finally {
    await server.close();
  }
}

async function readAnswer(answer: Response): Promise<{ status: number; body: string }> {
  return { status: answer.status, body: await answer.text() };
}
