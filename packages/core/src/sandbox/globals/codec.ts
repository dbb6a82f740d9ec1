/**
 * Values as JSON with tags, and buffers beside it: the other half of `values.ts`. It runs in the sandbox, so nobody outside trusts what it makes.
 * Getters and proxies of the function run in here, within its limits.
 */
export const CODEC = `
const MAX_DEPTH = 200;

class DataCloneError extends Error {
  get name() { return "DataCloneError"; }
}

const bytesOf = (value) => {
  if (value instanceof ArrayBuffer) return value.slice(0);
  return value.buffer.slice(value.byteOffset, value.byteOffset + value.byteLength);
};

function encode(value) {
  const buffers = [];
  const above = new Set();
  const tagged = (value, depth) => {
    switch (typeof value) {
      case "string":
      case "boolean":
        return value;
      case "number":
        return Number.isFinite(value) && !Object.is(value, -0) ? value : { $: "number", v: Object.is(value, -0) ? "-0" : String(value) };
      case "undefined":
        return { $: "undefined" };
      case "bigint":
        return { $: "bigint", v: String(value) };
      case "function":
      case "symbol":
        throw new DataCloneError("a " + typeof value + " cannot leave the function");
    }
    if (value === null) return null;
    if (above.has(value)) throw new DataCloneError("a value that contains itself cannot leave the function");
    if (depth > MAX_DEPTH) throw new DataCloneError("a value may be at most " + MAX_DEPTH + " levels deep");
    above.add(value);
    const result = taggedObject(value, depth + 1);
    above.delete(value);
    return result;
  };
  const pairs = (entries, depth) => {
    const list = [];
    for (const [key, inner] of entries) list.push([tagged(key, depth), tagged(inner, depth)]);
    return list;
  };
  const taggedObject = (value, depth) => {
    if (Array.isArray(value)) {
      const list = [];
      for (let i = 0; i < value.length; i++) list.push(tagged(value[i], depth));
      return list;
    }
    if (value instanceof Date) return { $: "Date", v: value.getTime() };
    if (value instanceof Map) return { $: "map", v: pairs(value, depth) };
    if (value instanceof Set) {
      const list = [];
      for (const inner of value) list.push(tagged(inner, depth));
      return { $: "set", v: list };
    }
    if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) {
      buffers.push(bytesOf(value));
      return { $: "bytes", v: buffers.length - 1 };
    }
    if (value instanceof Error) return { $: "error", v: describeError(value) };
    if (value instanceof Response) {
      const { status, headers } = value;
      if (isStream(bodyOf(value))) throw new DataCloneError("a stream cannot leave the function here");
      return { $: "response", v: tagged({ status, headers: [...headers], body: bodyOf(value) }, depth) };
    }
    if (typeof value.then === "function") throw new DataCloneError("a promise cannot leave the function; await it");
    const object = {};
    let hasTag = false;
    for (const key of Object.keys(value)) {
      if (key === "$") hasTag = true;
      if (key === "__proto__") throw new DataCloneError("a key named __proto__ cannot leave the function");
      object[key] = tagged(value[key], depth);
    }
    return hasTag ? { $: "object", v: Object.entries(object) } : object;
  };
  const json = JSON.stringify(tagged(value, 0));
  return [json, ...buffers];
}

function decode(json, buffers) {
  const plain = (value) => {
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) return value.map(plain);
    const { $: tag, v } = value;
    switch (tag) {
      case undefined: {
        for (const key of Object.keys(value)) value[key] = plain(value[key]);
        return value;
      }
      case "number": return Number(v);
      case "undefined": return undefined;
      case "bigint": return BigInt(v);
      case "Date": return new Date(v);
      case "map": return new Map(v.map(([key, inner]) => [plain(key), plain(inner)]));
      case "set": return new Set(v.map(plain));
      case "bytes": return new Uint8Array(buffers[v]);
      case "object": return Object.fromEntries(v.map(([key, inner]) => [key, plain(inner)]));
      case "error": return makeError(v);
      case "request": {
        const { url, ...init } = plain(v);
        return new Request(url, init);
      }
    }
  };
  return plain(JSON.parse(json));
}

function makeError({ name, message, code, details }) {
  const error = new Error(message);
  Object.defineProperty(error, "name", { value: name, configurable: true, writable: true });
  if (code !== undefined) error.code = code;
  if (details !== undefined) error.details = details;
  return error;
}

/** Reading an error runs code of the function too, and may fail. */
function describeError(error) {
  const text = (read, otherwise) => {
    try {
      const value = read();
      return value === undefined || value === null ? otherwise : String(value).slice(0, 10000);
    } catch {
      return otherwise;
    }
  };
  if (!(error instanceof Error)) return { name: "Error", message: "a value was thrown that is no Error: " + text(() => typeof error === "object" ? JSON.stringify(error) : String(error), typeof error) };
  return {
    name: text(() => error.name, "Error"),
    message: text(() => error.message, ""),
    stack: text(() => error.stack, ""),
    code: text(() => error.code, undefined),
  };
}
`;
