/** `TextEncoder`, `TextDecoder`, `structuredClone`, `URL`, `URLSearchParams`, `crypto` and `performance`. */
export const TEXT_GLOBALS = `
class TextEncoder {
  get encoding() { return "utf-8"; }
  encode(text = "") { return new Uint8Array(host.utf8(String(text))); }
  encodeInto(text, target) {
    const bytes = this.encode(text);
    if (bytes.length > target.length) throw new RangeError("the target is too small");
    target.set(bytes);
    return { read: text.length, written: bytes.length };
  }
}

class TextDecoder {
  #fatal;
  constructor(label = "utf-8", { fatal = false } = {}) {
    if (!/^utf-?8$/i.test(label)) throw new RangeError("only utf-8 is supported");
    this.#fatal = fatal;
  }
  get encoding() { return "utf-8"; }
  get fatal() { return this.#fatal; }
  decode(bytes = new Uint8Array()) { return host.text(bytesOf(bytes), this.#fatal); }
}

function structuredClone(value) {
  const known = new Map();
  const copy = (value) => {
    if (typeof value === "function" || typeof value === "symbol") throw new DataCloneError("a " + typeof value + " cannot be cloned");
    if (typeof value !== "object" || value === null) return value;
    if (known.has(value)) return known.get(value);
    const keep = (made) => (known.set(value, made), made);
    if (value instanceof Date) return keep(new Date(value.getTime()));
    if (value instanceof ArrayBuffer) return keep(value.slice(0));
    if (ArrayBuffer.isView(value)) {
      const buffer = bytesOf(value);
      return keep(value instanceof DataView ? new DataView(buffer) : new value.constructor(buffer));
    }
    if (value instanceof RegExp) return keep(new RegExp(value.source, value.flags));
    if (value instanceof Error) return keep(makeError({ name: value.name, message: value.message }));
    if (value instanceof Map) {
      const map = keep(new Map());
      for (const [key, inner] of value) map.set(copy(key), copy(inner));
      return map;
    }
    if (value instanceof Set) {
      const set = keep(new Set());
      for (const inner of value) set.add(copy(inner));
      return set;
    }
    const made = keep(Array.isArray(value) ? new Array(value.length) : {});
    for (const key of Object.keys(value)) made[key] = copy(value[key]);
    return made;
  };
  return copy(value);
}

let started;
const origin = () => (started ??= Date.now());
const performance = { now: () => Date.now() - origin(), get timeOrigin() { return origin(); } };

const crypto = {
  getRandomValues(array) {
    const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
    if (bytes.length > 65536) throw new RangeError("at most 65536 bytes at once");
    bytes.set(new Uint8Array(host.random(bytes.length)));
    return array;
  },
  randomUUID() {
    const bytes = this.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
  },
  subtle: {
    async digest(algorithm, data) {
      return bytesOf(await call("$crypto.digest", [algorithm.name ?? algorithm, new Uint8Array(bytesOf(data))]));
    },
    async importKey(format, data, algorithm, extractable, usages) {
      if (format !== "raw" || algorithm.name !== "HMAC") throw new Error("only raw keys of HMAC can be imported");
      const hash = algorithm.hash.name ?? algorithm.hash;
      return { type: "secret", extractable: false, algorithm: { name: "HMAC", hash: { name: hash } }, usages, [KEY]: new Uint8Array(bytesOf(data)) };
    },
    async sign(algorithm, key, data) {
      return bytesOf(await call("$crypto.hmac", [key.algorithm.hash.name, key[KEY], new Uint8Array(bytesOf(data))]));
    },
    async verify(algorithm, key, signature, data) {
      const expected = new Uint8Array(await this.sign(algorithm, key, data));
      const given = new Uint8Array(bytesOf(signature));
      let differs = expected.length ^ given.length;
      for (let i = 0; i < expected.length; i++) differs |= expected[i] ^ given[i];
      return differs === 0;
    },
  },
};
const KEY = Symbol("key");
`;
