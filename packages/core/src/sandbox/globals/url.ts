/** `URL` and `URLSearchParams`. The host parses, as all hosts do it the same way. */
export const URL_GLOBALS = String.raw`
const formEncoded = (text) => encodeURIComponent(text).replace(/%20/g, "+").replace(/[!'()~]/g, (sign) => "%" + sign.charCodeAt(0).toString(16).toUpperCase());
const formDecoded = (text) => {
  const spaced = text.replace(/\+/g, " ");
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
};

class URLSearchParams {
  #list = [];
  #changed = () => {};
  constructor(init = "", changed) {
    if (changed) this.#changed = changed;
    if (typeof init === "string") {
      for (const part of init.replace(/^\?/, "").split("&")) {
        if (part === "") continue;
        const at = part.indexOf("=");
        this.#list.push(at < 0 ? [formDecoded(part), ""] : [formDecoded(part.slice(0, at)), formDecoded(part.slice(at + 1))]);
      }
    } else {
      const entries = typeof init[Symbol.iterator] === "function" ? init : Object.entries(init);
      for (const [name, value] of entries) this.#list.push([String(name), String(value)]);
    }
  }
  get size() { return this.#list.length; }
  append(name, value) { this.#list.push([String(name), String(value)]); this.#changed(); }
  delete(name) { this.#list = this.#list.filter(([key]) => key !== name); this.#changed(); }
  get(name) { return this.#list.find(([key]) => key === name)?.[1] ?? null; }
  getAll(name) { return this.#list.filter(([key]) => key === name).map(([, value]) => value); }
  has(name) { return this.#list.some(([key]) => key === name); }
  set(name, value) {
    const at = this.#list.findIndex(([key]) => key === name);
    if (at < 0) this.#list.push([String(name), String(value)]);
    else this.#list = this.#list.filter(([key], i) => key !== name || i === at).map((entry, i) => (i === at ? [entry[0], String(value)] : entry));
    this.#changed();
  }
  sort() { this.#list.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)); this.#changed(); }
  forEach(each) { for (const [name, value] of this.#list) each(value, name, this); }
  keys() { return this.#list.map(([name]) => name).values(); }
  values() { return this.#list.map(([, value]) => value).values(); }
  entries() { return this.#list.map(([name, value]) => [name, value]).values(); }
  [Symbol.iterator]() { return this.entries(); }
  toString() { return this.#list.map(([name, value]) => formEncoded(name) + "=" + formEncoded(value)).join("&"); }
}

const URL_PARTS = ["href", "protocol", "username", "password", "host", "hostname", "port", "pathname", "search", "hash"];

class URL {
  #parts;
  #params;
  constructor(url, base) {
    const found = host.url(String(url), base === undefined ? undefined : String(base));
    if (found === undefined) throw new TypeError("Invalid URL: " + String(url).slice(0, 200));
    this.#parts = JSON.parse(found);
  }
  static canParse(url, base) { return host.url(String(url), base === undefined ? undefined : String(base)) !== undefined; }
  static parse(url, base) { return URL.canParse(url, base) ? new URL(url, base) : null; }
  get origin() { return this.#parts.origin; }
  get searchParams() {
    this.#params ??= new URLSearchParams(this.#parts.search, () => this._set("search", this.#params.toString()));
    return this.#params;
  }
  toString() { return this.#parts.href; }
  toJSON() { return this.#parts.href; }
  _get(part) { return this.#parts[part]; }
  _set(part, value) {
    const found = host.url(this.#parts.href, undefined, part, String(value));
    if (found === undefined) throw new TypeError("Invalid URL");
    this.#parts = JSON.parse(found);
  }
  _forget() { this.#params = undefined; }
}
for (const part of URL_PARTS) {
  const { _get, _set, _forget } = URL.prototype;
  Object.defineProperty(URL.prototype, part, {
    get() { return _get.call(this, part); },
    set(value) { _set.call(this, part, value); if (part === "search" || part === "href") _forget.call(this); },
    enumerable: true,
    configurable: true,
  });
}
`;
