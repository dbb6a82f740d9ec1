import { invalid, type Json, PlinthError, requireExactNumbers } from "@plinth/core";
import type { Context } from "hono";
import type { AppEnv } from "../context.ts";
import { inTime } from "./body-timeout.ts";

const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i;
/** Larger bodies are read in pieces, and their memory is counted. */
const SMALL_BYTES = 16 * 1024;
const utf8 = new TextDecoder("utf-8", { fatal: true });

/**
 * The request's JSON body, of any shape. Refuses other content types (415), bodies over `MAX_BODY_BYTES` (413, before
 * reading more), bytes that are not UTF-8 and text that is not JSON (400), nesting that is too deep and numbers that a double would
 * change (422).
 */
export async function readJson(c: Context<AppEnv>): Promise<Json> {
  const contentType = c.req.raw.headers.get("content-type");
  if (!contentType || !JSON_TYPE.test(contentType)) throw new PlinthError("UNSUPPORTED_MEDIA_TYPE");
  return parseJson(await readBody(c));
}

/** The same for an optional body: undefined when the request has none. */
export async function readOptionalJson(c: Context<AppEnv>): Promise<Json | undefined> {
  const { headers, body } = c.req.raw;
  if (body === null || headers.get("content-length") === "0") return undefined;
  if (headers.has("content-type")) return readJson(c);
  if ((await readBody(c)).byteLength > 0) throw new PlinthError("UNSUPPORTED_MEDIA_TYPE");
  return undefined;
}

function parseJson(bytes: Uint8Array): Json {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    throw new PlinthError("INVALID_UTF8");
  }
  requireShallow(bytes);
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch {
    // The engines' messages differ and may quote the body; the code is enough.
    throw new PlinthError("MALFORMED_JSON", bytes.byteLength === 0 ? "The body is empty." : undefined);
  }
  requireExactNumbers(text);
  return value;
}

/** Far more than any value may have; code that visits a body may use recursion. */
const MAX_NESTING = 1000;
const [QUOTE, BACKSLASH, BRACKET, BRACE] = [0x22, 0x5c, 0x5b, 0x7b];

function requireShallow(bytes: Uint8Array): void {
  // Each level needs a bracket on either side.
  if (bytes.byteLength <= 2 * MAX_NESTING) return;
  let depth = 0;
  let inText = false;
  for (let i = 0; i < bytes.byteLength; i++) {
    const byte = bytes[i]!;
    if (byte === QUOTE) inText = !inText;
    else if (inText) {
      if (byte === BACKSLASH) i++;
    } else if (byte === BRACKET || byte === BRACE) {
      if (++depth > MAX_NESTING)
        throw invalid("body", `JSON may be nested at most ${MAX_NESTING} levels deep`, "LIMIT_EXCEEDED");
    } else if (byte === BRACKET + 2 || byte === BRACE + 2) depth--;
  }
}

/** The whole body within its limit; read once, even if requested again. */
export async function readBody(c: Context<AppEnv>): Promise<Uint8Array> {
  const known = c.env.bodyBytes;
  if (known) return known;
  const bytes = await readBytes(c);
  c.env.bodyBytes = bytes;
  return bytes;
}

async function readBytes(c: Context<AppEnv>): Promise<Uint8Array> {
  const { raw } = c.req;
  const { maxBodyBytes: limit, bodyTimeoutMs } = c.env.platform.config;
  const announced = raw.headers.get("content-length");
  if (announced !== null && Number(announced) > limit) throw tooLarge(limit);
  if (announced === null || Number(announced) > SMALL_BYTES) {
    if (!raw.body) return new Uint8Array();
    const reader = raw.body.getReader();
    const hold = (bytes: number): void => c.env.admission.hold(c.env, raw.headers, bytes);
    try {
      return await inTime(collect(reader, limit, hold), bodyTimeoutMs);
    } catch (error) {
      // Not awaited: a host may only settle it after the response has been sent.
      reader.cancel().catch(() => {});
      throw error;
    }
  }
  // Servers enforce the announced length, so nothing needs to be counted here.
  const bytes = new Uint8Array(await inTime(raw.arrayBuffer(), bodyTimeoutMs));
  if (bytes.byteLength > limit) throw tooLarge(limit);
  return bytes;
}

async function collect(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  limit: number,
  hold: (bytes: number) => void,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.byteLength;
    if (size > limit) throw tooLarge(limit);
    hold(value.byteLength);
    chunks.push(value);
  }
  if (chunks.length === 1) return chunks[0]!;
  const bytes = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return bytes;
}

function tooLarge(limit: number): PlinthError {
  return new PlinthError("BODY_TOO_LARGE", `The body is larger than ${limit} bytes.`, { max_bytes: limit });
}
