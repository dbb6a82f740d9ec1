import { askPublic, excerpt, type Json, OutgoingError, outgoingProblem, outgoingWords } from "@plinth/core";
import { isAllowedHost } from "../../../kernel/allowed-hosts.ts";
import * as z from "../../../kernel/zod.ts";
import { type LeafKind, type LeafRun, NodeFailure, partsAs } from "./node-kind.ts";

const LIMITS = { timeoutMs: 30_000, maxBytes: 64 * 1024 } as const;
const MAX_URL = 2000;
const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;
const HEADER_NAME = /^[a-z0-9!#$%&'*+.^_`|~-]{1,100}$/i;
const HEADER_VALUE = /^[\x21-\x7e](?:[\x20-\x7e]{0,998}[\x21-\x7e])?$/;
/** The connection's own, and what says where the request comes from. */
const SET_BY_HOST =
  /^(?:host|connection|content-length|transfer-encoding|upgrade|te|trailer|expect|keep-alive|proxy-.*|x-forwarded-.*|cf-.*)$/i;
const MAX_HEADERS = 20;

const asked = z.strictObject({
  method: z.enum(METHODS),
  url: z.string().max(MAX_URL),
  headers: z.record(
    z
      .string()
      .regex(HEADER_NAME)
      .refine((name) => !SET_BY_HOST.test(name), "is a header that the server sets"),
    z.string().regex(HEADER_VALUE, "must have up to 1000 visible ASCII characters"),
  ),
  body: z.json().optional(),
});

/**
 * Asks a host that the flow declares, never one in a private network. It is asked at least once: the header `idempotency-key` is the
 * same for each attempt at the node.
 */
export const httpNode: LeafKind = {
  shape: {
    method: z.enum(METHODS).default("POST"),
    url: z.string().min(1).max(MAX_URL),
    headers: z
      .record(z.string(), z.string().max(2000))
      .refine((all) => Object.keys(all).length <= MAX_HEADERS, `may have ${MAX_HEADERS} headers`)
      .default({}),
    body: z.json().optional().describe("Sent as JSON, or as it is where it is a text"),
  },
  templates: ["url", "headers", "body"],
  secret: ["headers"],
  lacks({ url }, { fetch }) {
    if (fetch.length === 0) return { field: "url", problem: "permissions.fetch names no host" };
    const host = fixedHost(String(url));
    if (!host || isAllowedHost(fetch, host)) return undefined;
    return { field: "url", problem: `permissions.fetch has no ${host.host}` };
  },
  async run(input, run) {
    const { method, url, headers, body } = partsAs(asked, {
      method: input.method!,
      url: input.url!,
      headers: input.headers!,
      ...(input.body !== undefined && { body: input.body }),
    });
    requireAllowedHost(url, run);
    const isText = typeof body === "string";
    const sent = {
      "content-type": isText ? "text/plain;charset=utf-8" : "application/json",
      "idempotency-key": `"${run.ctx.requestId}:${run.path}"`,
      ...lowerCased(headers),
    };
    const text = body === undefined ? undefined : isText ? body : JSON.stringify(body);
    return ask(url, { method, headers: sent, ...(text !== undefined && method !== "GET" && { body: text }) }, run);
  },
};

/** The address as far as no expression decides it; null where one decides about the host. */
function fixedHost(url: string): URL | null {
  const begin = url.indexOf("{{");
  const isHostFixed = begin < 0 || url.slice(0, begin).split("/").length > 3;
  return isHostFixed ? URL.parse(begin < 0 ? url : url.slice(0, begin)) : null;
}

async function ask(
  url: string,
  request: Parameters<typeof askPublic>[1],
  { engine: { config, publicFetch }, signal }: LeafRun,
): Promise<Json> {
  try {
    const limits = { ...LIMITS, mayBePrivate: config.privateAddresses, publicFetch, signal };
    const { status, headers, text } = await askPublic(url, request, limits);
    const answer = { status, body: bodyOf(headers.get("content-type"), text) };
    if (status >= 200 && status < 300) return answer;
    // What the receiver refuses for good is refused again, but for those by which it asks for another attempt.
    const retry = status >= 500 || status === 408 || status === 425 || status === 429;
    throw new NodeFailure(`It answered with status ${status}: ${excerpt(text)}`, `HTTP_${status}`, retry);
  } catch (error) {
    if (!(error instanceof OutgoingError) || signal.aborted) throw error;
    throw new NodeFailure(
      `${excerpt(url)}: ${outgoingWords(error)}.`,
      error.reason.toUpperCase(),
      error.reason !== "address",
    );
  }
}

function requireAllowedHost(address: string, { permissions, engine }: LeafRun): void {
  const url = URL.parse(address);
  if (!url) throw new NodeFailure(`url: ${excerpt(address)} is no address`, "VALIDATION", false);
  if (!isAllowedHost(permissions.fetch, url))
    throw new NodeFailure(`url: permissions.fetch has no ${excerpt(url.host)}`, "FORBIDDEN", false);
  const wrong = outgoingProblem(address, engine.config.privateAddresses);
  if (wrong) throw new NodeFailure(`url: ${wrong}`, "FORBIDDEN", false);
}

function bodyOf(type: string | null, text: string): Json {
  if (!/[/+]json\b/i.test(type ?? "")) return text;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
