/** `Headers`, `Request`, `Response`, `fetch` and `AbortController`. A body is whole, or a stream of chunks. */
export const HTTP_GLOBALS = String.raw`
class Headers {
  #map = new Map();
  constructor(init = []) {
    const entries = typeof init[Symbol.iterator] === "function" ? init : Object.entries(init);
    for (const [name, value] of entries) this.append(name, value);
  }
  append(name, value) {
    const key = String(name).toLowerCase();
    if (!/^[!#$%&'*+.^_|~\w-]+$/.test(key)) throw new TypeError("an invalid name of a header: " + key.slice(0, 100));
    const text = String(value).trim();
    if (/[\r\n\0]|[^\0-\xff]/.test(text)) throw new TypeError("an invalid value of the header " + key);
    this.#map.set(key, this.#map.has(key) ? this.#map.get(key) + ", " + text : text);
  }
  set(name, value) { this.#map.delete(String(name).toLowerCase()); this.append(name, value); }
  get(name) { return this.#map.get(String(name).toLowerCase()) ?? null; }
  has(name) { return this.#map.has(String(name).toLowerCase()); }
  delete(name) { this.#map.delete(String(name).toLowerCase()); }
  forEach(each) { for (const [name, value] of this) each(value, name, this); }
  keys() { return [...this].map(([name]) => name).values(); }
  values() { return [...this].map(([, value]) => value).values(); }
  entries() { return [...this.#map].sort(([a], [b]) => (a < b ? -1 : 1)).values(); }
  [Symbol.iterator]() { return this.entries(); }
}

const BODY = Symbol("body");
const bodyOf = (message) => message[BODY];

class Body {
  constructor(body, headers) {
    this.headers = new Headers(headers);
    const typed = (type) => this.headers.has("content-type") || this.headers.set("content-type", type);
    if (body === undefined || body === null) this[BODY] = undefined;
    else if (isStream(body)) this[BODY] = body;
    else if (body instanceof ArrayBuffer || ArrayBuffer.isView(body)) this[BODY] = new Uint8Array(bytesOf(body));
    else if (body instanceof URLSearchParams) {
      this[BODY] = String(body);
      typed("application/x-www-form-urlencoded;charset=UTF-8");
    } else {
      this[BODY] = String(body);
      typed("text/plain;charset=UTF-8");
    }
  }
  get body() {
    if (this[BODY] === undefined) return null;
    if (!isStream(this[BODY])) return ReadableStream.from([chunkOf(this[BODY])]);
    return this[BODY] instanceof ReadableStream ? this[BODY] : (this[BODY] = ReadableStream.from(this[BODY]));
  }
  async text() { return typeof this[BODY] === "string" ? this[BODY] : new TextDecoder().decode(await this.bytes()); }
  async json() { return JSON.parse(await this.text()); }
  async bytes() {
    if (isStream(this[BODY])) return collect(this[BODY]);
    return typeof this[BODY] === "string" ? new TextEncoder().encode(this[BODY]) : new Uint8Array(this[BODY] ?? 0);
  }
  async arrayBuffer() { return (await this.bytes()).buffer; }
}

class Request extends Body {
  constructor(input, init = {}) {
    const from = input instanceof Request ? input : undefined;
    super(init.body ?? (from && bodyOf(from)), init.headers ?? from?.headers);
    this.url = String(from ? from.url : new URL(input));
    this.method = String(init.method ?? from?.method ?? "GET").toUpperCase();
    this.signal = init.signal ?? from?.signal;
  }
}

class Response extends Body {
  constructor(body, { status = 200, headers } = {}) {
    super(body, headers);
    if (!Number.isInteger(status) || status < 200 || status > 599) throw new RangeError("the status of an answer is from 200 to 599");
    this.status = status;
  }
  get ok() { return this.status < 300; }
  static json(value, init = {}) {
    const headers = new Headers(init.headers);
    if (!headers.has("content-type")) headers.set("content-type", "application/json");
    return new Response(JSON.stringify(value), { ...init, headers });
  }
}

class AbortSignal {
  aborted = false;
  reason = undefined;
  #listeners = [];
  addEventListener(type, listener) { if (type === "abort") this.#listeners.push(listener); }
  removeEventListener(type, listener) { this.#listeners = this.#listeners.filter((one) => one !== listener); }
  throwIfAborted() { if (this.aborted) throw this.reason; }
  static timeout(ms) {
    const controller = new AbortController();
    setTimeout(() => controller.abort(makeError({ name: "TimeoutError", message: "the time is over" })), ms);
    return controller.signal;
  }
  _abort(reason) {
    if (this.aborted) return;
    this.aborted = true;
    this.reason = reason ?? makeError({ name: "AbortError", message: "this was aborted" });
    for (const listener of this.#listeners) listener.call(this, { type: "abort" });
  }
}

class AbortController {
  signal = new AbortSignal();
  abort(reason) { this.signal._abort(reason); }
}

async function fetch(input, init) {
  const request = new Request(input, init);
  const { url, method, signal } = request;
  signal?.throwIfAborted();
  if (!allowed.has("fetch")) throw makeError({ name: "Error", message: "This function may not fetch: its permissions name no hosts.", code: "FORBIDDEN" });
  const sent = bodyOf(request);
  const answer = call("fetch", [{ url, method, headers: [...request.headers], body: isStream(sent) ? await collect(sent) : sent }]);
  const aborted = signal && new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  const { status, headers, body, stream, url: last } = await (aborted ? Promise.race([answer, aborted]) : answer);
  const response = new Response(stream === undefined ? body : bodyStream("$fetch", stream), { status, headers });
  response.url = last;
  return response;
}
`;
