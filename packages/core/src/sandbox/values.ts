import { SandboxRequest, SandboxResponse, type SandboxValue } from "../ports/sandbox.ts";

/** How a value travels: JSON with tags, and buffers beside it. `globals/codec.ts` is the other half. */
export interface Packed {
  readonly json: string;
  readonly buffers: readonly ArrayBuffer[];
}

const MAX_DEPTH = 200;

/** What the server hands over. Throws a `TypeError` for what cannot be copied. */
export function pack(value: SandboxValue): Packed {
  const buffers: ArrayBuffer[] = [];
  const json = JSON.stringify(tagged(value, buffers));
  return { json, buffers };
}

function tagged(value: SandboxValue, buffers: ArrayBuffer[]): unknown {
  const inner = (one: unknown) => tagged(one, buffers);
  switch (typeof value) {
    case "string":
    case "boolean":
      return value;
    case "number":
      if (Number.isFinite(value) && !Object.is(value, -0)) return value;
      return { $: "number", v: Object.is(value, -0) ? "-0" : String(value) };
    case "undefined":
      return { $: "undefined" };
    case "bigint":
      return { $: "bigint", v: String(value) };
    case "object":
      break;
    default:
      throw new TypeError(`a ${typeof value} cannot be copied into the sandbox`);
  }
  if (value === null) return null;
  if (Array.isArray(value)) return value.map(inner);
  if (value instanceof Date) return { $: "Date", v: value.getTime() };
  if (value instanceof Map) return { $: "map", v: [...value].map(([key, one]) => [inner(key), inner(one)]) };
  if (value instanceof Set) return { $: "set", v: [...value].map(inner) };
  if (value instanceof Uint8Array) {
    buffers.push(value.slice().buffer as ArrayBuffer);
    return { $: "bytes", v: buffers.length - 1 };
  }
  if (value instanceof SandboxRequest) return { $: "request", v: inner({ ...value }) };
  const entries = Object.entries(value).map(([key, one]) => [key, inner(one)] as const);
  return Object.hasOwn(value, "$") ? { $: "object", v: entries } : Object.fromEntries(entries);
}

/** What came from the sandbox. None of it is trusted: throws a `TypeError` for what its codec would not make. */
export function unpack({ json, buffers }: Packed): SandboxValue {
  return untagged(JSON.parse(json), buffers, 0);
}

function untagged(value: unknown, buffers: readonly ArrayBuffer[], depth: number): SandboxValue {
  if (typeof value !== "object" || value === null) return value;
  if (depth > MAX_DEPTH * 2) throw wrong();
  const inner = (one: unknown) => untagged(one, buffers, depth + 1);
  if (Array.isArray(value)) return value.map(inner);
  if (!Object.hasOwn(value, "$")) return objectOf(Object.entries(value), inner);
  const { $: kind, v } = value as { $: unknown; v?: unknown };
  switch (kind) {
    case "undefined":
      return undefined;
    case "number":
      return Number(textIn(v));
    case "bigint":
      return bigIntOf(textIn(v));
    case "Date":
      return new Date(v === null ? Number.NaN : Number(v));
    case "map":
      return new Map(pairsIn(v).map(([key, one]) => [inner(key), inner(one)]));
    case "set":
      return new Set(listIn(v).map(inner));
    case "bytes":
      return bytesAt(buffers, v);
    case "object":
      return objectOf(pairsIn(v), inner);
    case "error":
      return errorOf(v);
    case "response":
      return responseOf(inner(v));
    default:
      throw wrong();
  }
}

const wrong = () => new TypeError("a value that cannot leave the sandbox");

function textIn(value: unknown): string {
  if (typeof value !== "string") throw wrong();
  return value;
}

function bigIntOf(text: string): bigint {
  if (!/^-?\d{1,10000}$/.test(text)) throw new TypeError("a bigint may have at most 10000 digits");
  return BigInt(text);
}

function listIn(value: unknown): unknown[] {
  if (!Array.isArray(value)) throw wrong();
  return value;
}

function pairsIn(value: unknown): [unknown, unknown][] {
  return listIn(value).map((pair) => {
    if (listIn(pair).length !== 2) throw wrong();
    return pair as [unknown, unknown];
  });
}

function bytesAt(buffers: readonly ArrayBuffer[], index: unknown): Uint8Array<ArrayBuffer> {
  const buffer = typeof index === "number" ? buffers[index] : undefined;
  if (!buffer) throw wrong();
  return new Uint8Array(buffer);
}

function objectOf(entries: readonly (readonly [unknown, unknown])[], inner: (one: unknown) => unknown): object {
  const made: Record<string, unknown> = {};
  for (const [key, one] of entries) {
    // Whoever copies such an object later would change its prototype.
    if (key === "__proto__") throw new TypeError("no key may be named __proto__");
    made[textIn(key)] = inner(one);
  }
  return made;
}

function errorOf(value: unknown): Error {
  const { name, message } = (value ?? {}) as { name?: unknown; message?: unknown };
  return Object.assign(new Error(textIn(message)), { name: textIn(name) });
}

function responseOf(value: unknown): SandboxResponse {
  const { status, headers, body } = (value ?? {}) as Record<string, unknown>;
  if (typeof status !== "number" || !Number.isInteger(status) || status < 200 || status > 599) throw wrong();
  const pairs = pairsIn(headers).map(([name, text]) => [textIn(name), textIn(text)] as const);
  if (body === undefined || typeof body === "string") return new SandboxResponse(status, pairs, body);
  if (!(body instanceof Uint8Array)) throw wrong();
  return new SandboxResponse(status, pairs, body as Uint8Array<ArrayBuffer>);
}
