import { PlinthError, plainJson, SandboxRequest, SandboxResponse, type SandboxValue } from "@plinth/core";
import { callFunction, FUNCTION_METHODS, type FunctionMethod, functionHttp } from "@plinth/engine";
import type { Context } from "hono";
import type { AppEnv } from "../../context.ts";
import { answer, JSON_TYPE } from "../../http/answer.ts";
import { readBody } from "../../http/body.ts";
import { defineRoute } from "../../http/define-route.ts";
import { fileStream } from "../../http/file-stream.ts";
import { allowPages, ownPreflightHeaders } from "../../http/own-cors.ts";
import type { Route } from "../../http/route.ts";
import { answerHeaders } from "./function-headers.ts";

const WORDS: Readonly<Record<FunctionMethod, string>> = {
  GET: "Get",
  POST: "Post",
  PUT: "Put",
  PATCH: "Patch",
  DELETE: "Delete",
};

const shared = {
  tag: "Functions",
  access: "caller",
  scope: "open",
  load: "fetch",
  responseTypes: ["*/*"],
  response: () => ({}),
  errors: [
    "UNAUTHORIZED",
    "FORBIDDEN",
    "NOT_FOUND",
    "FUNCTION_FAILED",
    "UNSUPPORTED_BY_HOST",
    "UNSUPPORTED_BY_ADAPTER",
    "TRUSTED_FUNCTIONS_OFF",
    "BODY_TOO_LARGE",
  ],
} as const;

/** `/api/functions/:name`, and what stands behind the name: the function says who may call it, and by which methods. */
export const functionsRoutes: readonly Route[] = [...FUNCTION_METHODS.flatMap(routesOf), ...preflights()];

function routesOf(method: FunctionMethod): Route[] {
  const bodyTypes = method === "GET" ? {} : { bodyTypes: ["*/*"] };
  return [
    defineRoute(`${method} /api/functions/:name`, {
      ...shared,
      ...bodyTypes,
      id: `callFunctionBy${WORDS[method]}`,
      summary: `Call a function by ${method}`,
      handle: (c) => call(c, method, c.req.param("name")!, ""),
    }),
    defineRoute(`${method} /api/functions/:name/:path+`, {
      ...shared,
      ...bodyTypes,
      id: `callFunctionPathBy${WORDS[method]}`,
      summary: `Call a function by ${method}, with a path`,
      handle: (c) => call(c, method, c.req.param("name")!, c.req.param("path")!),
    }),
  ];
}

/** Of pages that `CORS_ORIGINS` does not name: the function decides. */
function preflights(): Route[] {
  const preflight = {
    tag: "Functions",
    access: "caller",
    scope: "open",
    status: 204,
    response: () => ({}),
    errors: ["ORIGIN_FORBIDDEN"],
    handle: answerPreflight,
  } as const;
  return [
    defineRoute("OPTIONS /api/functions/:name", {
      ...preflight,
      id: "preflightFunction",
      summary: "Whether a page of another origin may call a function",
    }),
    defineRoute("OPTIONS /api/functions/:name/:path+", {
      ...preflight,
      id: "preflightFunctionPath",
      summary: "Whether a page of another origin may call a function with a path",
    }),
  ];
}

async function answerPreflight(c: Context<AppEnv>): Promise<Response> {
  const http = await functionHttp(c.env.ctx, c.req.param("name")!);
  const cors = { origins: [], headers: [], ...http?.cors, methods: http?.methods ?? [] };
  const headers = ownPreflightHeaders(cors, c.req.header("origin") ?? null);
  // The same where there is no such function.
  if (!headers) throw new PlinthError("ORIGIN_FORBIDDEN", "Pages of this origin may not call this function.");
  return answer(c, null, 204, headers);
}

/** Whoever writes a function is not to learn the credentials of who calls it. */
const CREDENTIALS: ReadonlySet<string> = new Set(["authorization", "cookie", "x-api-key", "proxy-authorization"]);

async function call(c: Context<AppEnv>, method: FunctionMethod, name: string, path: string): Promise<Response> {
  const { ctx } = c.env;
  const headers = [...c.req.raw.headers].filter(([header]) => !CREDENTIALS.has(header));
  const body = method === "GET" ? undefined : Uint8Array.from(await readBody(c));
  const request = new SandboxRequest(c.req.url, method, headers, body);
  const given = { name, method, path, request };
  const found = ({ cors }: { cors: { origins: readonly string[] } }) =>
    allowPages(c.env, cors, c.req.header("origin") ?? null);
  const made = await callFunction(ctx, { ...given, answer: answerOf, found, signal: c.req.raw.signal });
  const { status, headers: own, body: whole } = made.answer;
  const sent = { ...own, ...(made.run && { [RUN]: made.run }), "content-security-policy": SANDBOXED };
  return answer(c, made.chunks ? streamedBody(c, made.chunks) : whole, status, sent);
}

/** The connection to the database stays open meanwhile. */
function streamedBody(c: Context<AppEnv>, chunks: AsyncGenerator<Uint8Array, void>): ReadableStream<Uint8Array> {
  const { env } = c;
  const onError = (error: unknown) => env.platform.log.debug("a function ended its answer", { ...env.logged, error });
  const { body, ended } = fileStream(chunks, { onError, ...(env.slot && { slot: env.slot }) });
  env.streaming = ended;
  return body;
}

const RUN = "x-plinth-run";
/** A page that a function makes is of the server's origin: it runs no script there and has none of its rights. */
const SANDBOXED = "sandbox";

interface MadeAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array<ArrayBuffer> | null;
}

function answerOf(value: SandboxValue): MadeAnswer {
  if (!(value instanceof SandboxResponse)) {
    const data = value === undefined ? null : plainJson(value, "result");
    return { status: 200, headers: { "content-type": JSON_TYPE }, body: JSON.stringify({ data }) };
  }
  const { status, headers, body = null } = value;
  const hasBody = status !== 204 && status !== 205 && status !== 304;
  return { status, headers: answerHeaders(headers), body: hasBody ? body : null };
}
