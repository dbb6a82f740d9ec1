/** Stands where API Gateway and the function URL stand before the built Lambda handler. Node 24 executes this file. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { join } from "node:path";
import type { LambdaEvent, LambdaResult } from "../../../apps/server/src/platform/lambda-event.ts";

const { handler } = (await import(join(import.meta.dirname, "../../../dist/lambda/index.mjs"))) as {
  handler(event: LambdaEvent, context: object): Promise<LambdaResult>;
};

let calls = 0;

const server = createServer((request, response) => {
  // A body that was cut off never reaches a function.
  respond(request, response).catch(() => response.destroy());
});

async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
  // Both doors hand over the same payload; they differ in small things, so they take turns.
  const event = await eventOf(request, calls++ % 2 === 0 ? "gateway" : "function-url");
  const result = await handler(JSON.parse(JSON.stringify(event)), { awsRequestId: crypto.randomUUID() });
  const { statusCode, headers, cookies, body, isBase64Encoded } = JSON.parse(JSON.stringify(result)) as LambdaResult;
  response.writeHead(statusCode, { ...headers, ...(cookies.length > 0 && { "set-cookie": cookies }) });
  response.end(Buffer.from(body, isBase64Encoded ? "base64" : "utf8"));
}

async function eventOf(request: IncomingMessage, door: "gateway" | "function-url"): Promise<LambdaEvent> {
  const [path = "/", query = ""] = splitOnce(request.url ?? "/", "?");
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  const { cookie, ...others } = request.headers;
  const headers = Object.entries(others).map(([name, value]) => [name, [value].flat().join(",")]);
  return {
    rawPath: door === "gateway" ? decoded(path) : path,
    rawQueryString: query,
    ...(cookie && { cookies: cookie.split(/;\s*/) }),
    headers: { ...Object.fromEntries(headers), "x-forwarded-proto": "http" },
    requestContext: {
      domainName: request.headers.host ?? "localhost",
      http: { method: request.method ?? "GET", sourceIp: request.socket.remoteAddress ?? "" },
    },
    ...bodyOf(bytes, request.headers["content-type"] ?? "", door),
  };
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** What counts as text travels as text, as long as it is text. */
function bodyOf(bytes: Buffer, type: string, door: "gateway" | "function-url") {
  if (bytes.length === 0) return { isBase64Encoded: false };
  const text = bytes.toString("utf8");
  const isText = door === "gateway" && /^(text\/|application\/(json|xml|javascript))/.test(type);
  return isText && Buffer.from(text).equals(bytes)
    ? { body: text, isBase64Encoded: false }
    : { body: bytes.toString("base64"), isBase64Encoded: true };
}

function splitOnce(text: string, at: string): string[] {
  const i = text.indexOf(at);
  return i < 0 ? [text] : [text.slice(0, i), text.slice(i + 1)];
}

// A connection that is closed while a request is on its way would look like a fault of the host.
server.keepAliveTimeout = 60_000;
server.listen(Number(process.env.PORT), "127.0.0.1");
process.on("SIGTERM", () => process.exit(0));
