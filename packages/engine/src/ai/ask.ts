import {
  anySignal,
  isObject,
  type Json,
  type JsonObject,
  mayAsk,
  outgoingProblem,
  type PublicAnswer,
} from "@plinth/core";
import type { Engine } from "../kernel/engine.ts";
import { ArrivingLines } from "./arriving-lines.ts";
import { type AiAsking, aiFailed, asAiFailure, errorEvent, refused } from "./failures.ts";
import type { AiEndpoint } from "./settings.ts";

const TIMEOUT_MS = 120_000;
/** Twice what a function can take: numbers are longer as texts. */
const MOST_BYTES = 2 * 1024 * 1024;
/** Characters of an event. */
const MOST_LINE = 1024 * 1024;
/** Of what an endpoint says when it refuses. */
const MOST_REFUSAL_BYTES = 64 * 1024;

/** Posts to a path of the endpoint, and returns its JSON. Throws `AI_FAILED` for anything else. */
export async function postJson(asking: AiAsking, path: string, body: object): Promise<Json> {
  let text = "";
  for await (const piece of answerTo(asking, path, body)) text += piece;
  return parsed(text, "its answer is no JSON");
}

/** The same with an answer that arrives piece by piece: its objects after `data:`, of server-sent events. */
export async function* postEvents(asking: AiAsking, path: string, body: object): AsyncGenerator<JsonObject, void> {
  const lines = new ArrivingLines(MOST_LINE, () =>
    aiFailed("too_large", `a line has more than ${MOST_LINE} characters`),
  );
  for await (const piece of answerTo(asking, path, body)) {
    for (const line of lines.add(piece)) {
      const data = dataOf(line);
      if (data === "[DONE]") return;
      if (data !== undefined) yield eventIn(asking, data);
    }
  }
  const last = dataOf(lines.end());
  if (last !== undefined && last !== "[DONE]") yield eventIn(asking, last);
}

const dataOf = (line: string): string | undefined => (line.startsWith("data:") ? line.slice(5).trim() : undefined);

function eventIn(asking: AiAsking, data: string): JsonObject {
  const event = parsed(data, "a part of its answer is no JSON");
  if (!isObject(event)) throw aiFailed("not_json", "a part of its answer is no object");
  if (event.error !== undefined && event.error !== null) throw errorEvent(asking, event);
  return event;
}

function parsed(text: string, problem: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw aiFailed("not_json", problem);
  }
}

/** The text of an answer as it arrives. */
async function* answerTo(asking: AiAsking, path: string, body: object): AsyncGenerator<string, void> {
  const isServers = asking.endpoint.from === "server";
  const ends = { signal: asking.signal, late: AbortSignal.timeout(TIMEOUT_MS), timeoutMs: TIMEOUT_MS, isServers };
  const signal = anySignal(ends.signal, ends.late);
  const answer = await asAiFailure(ends, "unreachable", () => sent(asking, path, body, signal));
  const reader = answer.body?.getReader();
  try {
    if (answer.status < 200 || answer.status > 299) throw refused(asking, answer.status, await begunText(reader));
    const decoder = new TextDecoder();
    let bytes = 0;
    while (reader) {
      const { done, value } = await asAiFailure(ends, "cut", () => reader.read());
      if (done) break;
      bytes += value.byteLength;
      if (bytes > MOST_BYTES) throw aiFailed("too_large", `its answer has more than ${MOST_BYTES} bytes`);
      yield decoder.decode(value, { stream: true });
    }
    yield decoder.decode();
  } finally {
    await reader?.cancel().catch(() => {});
  }
}

async function sent({ engine, endpoint }: AiAsking, path: string, body: object, signal: AbortSignal) {
  const address = `${endpoint.url.replace(/\/+$/, "")}${path}`;
  const privateHosts = mayBePrivate(engine, endpoint);
  const wrong = outgoingProblem(address, privateHosts);
  if (wrong) throw aiFailed("address", wrong);
  const url = new URL(address);
  const request = { ...requestOf(endpoint, body), signal };
  const isPublic = engine.publicFetch && !mayAsk(url, privateHosts);
  const answer: PublicAnswer & { readonly type?: string } = isPublic
    ? await engine.publicFetch!(url, request)
    : await fetch(url, { ...request, redirect: "manual" });
  // Some runtimes hide the status of a redirect that is not followed.
  if (answer.type !== "opaqueredirect" && (answer.status < 300 || answer.status > 399)) return answer;
  await answer.body?.cancel();
  throw aiFailed("redirect", "it answers with a redirect, which is not followed");
}

/** The operator's own endpoint may be anywhere, such as on this machine. */
const mayBePrivate = ({ config }: Engine, { from }: AiEndpoint) => from === "server" || config.privateAddresses;

function requestOf({ key }: AiEndpoint, body: object) {
  const headers = {
    "content-type": "application/json",
    ...(key !== undefined && { authorization: `Bearer ${key}` }),
  };
  return { method: "POST", headers, body: JSON.stringify(body) };
}

/** Enough of it that what is shown does not end in the middle of a key. */
async function begunText(reader: ReadableStreamDefaultReader<Uint8Array> | undefined): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  while (reader && bytes < MOST_REFUSAL_BYTES) {
    const { done, value } = await reader.read().catch(() => ({ done: true as const, value: undefined }));
    if (done) break;
    bytes += value.byteLength;
    text += decoder.decode(value, { stream: true });
  }
  return text;
}
