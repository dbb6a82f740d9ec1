import {
  anySignal,
  askPublic,
  excerpt,
  type Json,
  mayAsk,
  OutgoingError,
  outgoingProblem,
  PlinthError,
  type PublicAnswer,
} from "@plinth/core";
import type { Engine } from "../kernel/engine.ts";
import type { AiEndpoint } from "./settings.ts";

const TIMEOUT_MS = 120_000;
/** An embedding has thousands of numbers. */
const MOST_BYTES = 16 * 1024 * 1024;

interface AiAsking {
  readonly engine: Engine;
  readonly endpoint: AiEndpoint;
  readonly signal: AbortSignal;
}

/** Posts to a path of the endpoint, and returns its JSON. Throws `AI_FAILED` for anything else. */
export async function postJson({ engine, endpoint, signal }: AiAsking, path: string, body: object): Promise<Json> {
  const { status, text } = await asOutgoing(signal, () =>
    askPublic(addressOf(endpoint, path), requestOf(endpoint, body), {
      timeoutMs: TIMEOUT_MS,
      maxBytes: MOST_BYTES,
      mayBePrivate: mayBePrivate(engine, endpoint),
      publicFetch: engine.publicFetch,
      signal,
    }),
  );
  if (status < 200 || status > 299) throw refused(endpoint, status, text);
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw aiFailed("not_json", "its answer is no JSON");
  }
}

/** The same with an answer that arrives piece by piece: its texts after `data:`, of server-sent events. */
export async function* postEvents(asking: AiAsking, path: string, body: object): AsyncGenerator<string, void> {
  const { endpoint, signal } = asking;
  const answer = await asOutgoing(signal, () => open(asking, addressOf(endpoint, path), body));
  if (answer.status < 200 || answer.status > 299) throw refused(endpoint, answer.status, await begunText(answer));
  if (!answer.body) throw aiFailed("not_json", "its answer has no body");
  const reader = answer.body.getReader();
  try {
    yield* eventsIn(reader, signal);
  } finally {
    await reader.cancel().catch(() => {});
  }
}

async function* eventsIn(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  let rest = "";
  let bytes = 0;
  for (;;) {
    const { done, value } = await asOutgoing(signal, () => reader.read());
    bytes += value?.byteLength ?? 0;
    if (bytes > MOST_BYTES) throw aiFailed("too_large", `its answer has more than ${MOST_BYTES} bytes`);
    rest += done ? decoder.decode() : decoder.decode(value, { stream: true });
    const lines = rest.split(/\r?\n/);
    rest = done ? "" : lines.pop()!;
    for (const line of lines) {
      const data = /^data: ?(.*)$/.exec(line)?.[1];
      if (data === "[DONE]") return;
      if (data !== undefined) yield data;
    }
    if (done) return;
  }
}

async function open({ engine, endpoint, signal }: AiAsking, address: string, body: object): Promise<PublicAnswer> {
  const privateHosts = mayBePrivate(engine, endpoint);
  const wrong = outgoingProblem(address, privateHosts);
  if (wrong) throw new OutgoingError("address", wrong);
  const url = new URL(address);
  const request = { ...requestOf(endpoint, body), signal: anySignal(signal, AbortSignal.timeout(TIMEOUT_MS)) };
  const isPublic = engine.publicFetch && !mayAsk(url, privateHosts);
  return isPublic ? engine.publicFetch!(url, request) : fetch(url, { ...request, redirect: "manual" });
}

/** The operator's own endpoint may be anywhere, such as on this machine. */
const mayBePrivate = ({ config }: Engine, { from }: AiEndpoint) => from === "server" || config.privateAddresses;

const addressOf = ({ url }: AiEndpoint, path: string): string => `${url.replace(/\/+$/, "")}${path}`;

function requestOf({ key }: AiEndpoint, body: object) {
  const headers = {
    "content-type": "application/json",
    ...(key !== undefined && { authorization: `Bearer ${key}` }),
  };
  return { method: "POST", headers, body: JSON.stringify(body) };
}

async function begunText({ body }: PublicAnswer): Promise<string> {
  const reader = body?.getReader();
  const first = await reader?.read().catch(() => undefined);
  await reader?.cancel().catch(() => {});
  return new TextDecoder().decode(first?.value ?? new Uint8Array());
}

async function asOutgoing<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (signal.aborted || error instanceof PlinthError) throw error;
    if (error instanceof OutgoingError) throw aiFailed(error.reason, error.message, error);
    if (error instanceof Error && error.name === "TimeoutError")
      throw aiFailed("timeout", `it did not answer within ${TIMEOUT_MS} ms`, error);
    throw aiFailed("unreachable", "it cannot be reached, or ended too early", error);
  }
}

/** What such APIs say is in `error.message`, or is a text. */
function refused({ key }: AiEndpoint, status: number, text: string): PlinthError {
  const said = messageIn(text);
  // Some of them repeat the key.
  const shown = key === undefined ? said : said.replaceAll(key, "…");
  return aiFailed("status", `it answered with status ${status}: ${excerpt(shown)}`, undefined, status);
}

function messageIn(text: string): string {
  try {
    const { error } = JSON.parse(text) as { error?: unknown };
    const message = typeof error === "string" ? error : (error as { message?: unknown } | undefined)?.message;
    return typeof message === "string" ? message : text;
  } catch {
    return text;
  }
}

export function aiFailed(reason: string, why: string, cause?: unknown, status?: number): PlinthError {
  const details = { reason, ...(status !== undefined && { status }) };
  return new PlinthError("AI_FAILED", `The AI endpoint failed: ${why}.`, details, { cause });
}
