/** `console`, timers, and the calls of the host. The host's functions are in `host`, which the function itself never sees. */
export const BASE_GLOBALS = String.raw`
const waiting = new Map();
const timers = new Map();
const allowed = new Set();
let lastId = 0;

function call(name, values) {
  return new Promise((resolve, reject) => {
    const id = ++lastId;
    host.call(id, name, ...encode(values));
    waiting.set(id, { resolve, reject });
  });
}

function settle(id, ok, json, ...buffers) {
  const { resolve, reject } = waiting.get(id);
  waiting.delete(id);
  if (ok) resolve(decode(json, buffers));
  else reject(makeError(JSON.parse(json)));
}

function startTimer(repeat, callback, ms = 0, values) {
  if (typeof callback !== "function") throw new TypeError("a timer needs a function");
  const id = ++lastId;
  const delay = Math.max(0, Math.trunc(Number(ms)) || 0);
  host.timer(id, delay);
  timers.set(id, { callback, values, repeat, delay });
  return id;
}

function fire(id) {
  const timer = timers.get(id);
  if (!timer) return;
  if (timer.repeat) host.timer(id, timer.delay);
  else timers.delete(id);
  timer.callback(...timer.values);
}

const setTimeout = (callback, ms, ...values) => startTimer(false, callback, ms, values);
const setInterval = (callback, ms, ...values) => startTimer(true, callback, ms, values);
const clearTimeout = (id) => {
  if (timers.delete(id)) host.clear(id);
};
const queueMicrotask = (callback) => void Promise.resolve().then(callback);

const MOST_TEXT = 8192;
const shown = (value, depth = 0, above = []) => {
  if (typeof value === "string") return depth === 0 ? value : JSON.stringify(value);
  if (typeof value === "bigint") return value + "n";
  if (typeof value === "function") return "[function " + (value.name || "anonymous") + "]";
  if (typeof value !== "object" || value === null) return String(value);
  if (value instanceof Error) return value.stack ? value.name + ": " + value.message + "\n" + value.stack.trimEnd() : value.name + ": " + value.message;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "Invalid Date" : value.toISOString();
  if (above.includes(value)) return "[itself]";
  if (depth > 4) return Array.isArray(value) ? "[…]" : "{…}";
  const inside = [...above, value];
  const inner = (one) => shown(one, depth + 1, inside);
  const few = (list) => (list.length > 100 ? [...list.slice(0, 100), "… " + (list.length - 100) + " more"] : list);
  if (Array.isArray(value)) return "[" + few(value.slice(0, 101).map(inner)).join(", ") + "]";
  if (ArrayBuffer.isView(value)) return value.constructor.name + "(" + value.length + ")";
  if (value instanceof Map) return "Map {" + few([...value].map(([key, one]) => inner(key) + " => " + inner(one))).join(", ") + "}";
  if (value instanceof Set) return "Set {" + few([...value].map(inner)).join(", ") + "}";
  return "{" + few(Object.keys(value).slice(0, 101).map((key) => key + ": " + inner(value[key]))).join(", ") + "}";
};
const write = (level) => (...values) => {
  let text = "";
  for (const value of values) {
    if (text !== "") text += " ";
    text += shown(value);
    if (text.length > MOST_TEXT) break;
  }
  host.log(level, text.slice(0, MOST_TEXT));
};
const console = { debug: write("debug"), log: write("info"), info: write("info"), warn: write("warn"), error: write("error") };
`;
