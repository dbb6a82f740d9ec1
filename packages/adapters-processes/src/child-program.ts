import { BRIDGE } from "./child-bridge.ts";

/**
 * What a process runs, as a text: it needs no file, which a process without rights could not read. It runs one program at a time, each in a realm of its own,
 * which has the globals of `PRELUDE` and none of the runtime's. It reads messages from its input, and writes them to its output, see `frames.ts`.
 */
export const CHILD = String.raw`
import { writeSync } from "node:fs";
import process from "node:process";
import v8 from "node:v8";
import vm from "node:vm";

const BRIDGE = ${JSON.stringify(BRIDGE)};
const URL_PARTS = ["href", "protocol", "username", "password", "host", "hostname", "port", "pathname", "search", "hash"];
const MOST_TIMERS = 1000;
const LONGEST_MS = 2 ** 31 - 1;
const LINE_BYTES = 40;
const UNTIDY_BYTES = 16 * 1024 * 1024;
const collect = globalThis.Bun ? () => globalThis.Bun.gc(true) : ownCollector();
const utf8 = new TextEncoder();
const textIn = (bytes) => new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
let scripts;
let current;
let quietBytes = process.memoryUsage.rss();

function say(message, parts = []) {
  const head = utf8.encode(JSON.stringify({ ...message, sizes: parts.map((part) => part.byteLength) }));
  const length = parts.reduce((sum, part) => sum + part.byteLength, 4 + head.length);
  const frame = Buffer.allocUnsafe(4 + length);
  frame.writeUInt32LE(length, 0);
  frame.writeUInt32LE(head.length, 4);
  frame.set(head, 8);
  let at = 8 + head.length;
  for (const part of parts) {
    frame.set(part, at);
    at += part.byteLength;
  }
  for (let written = 0; written < frame.length; ) {
    try {
      written += writeSync(1, frame, written);
    } catch (error) {
      if (error.code !== "EAGAIN") process.exit(1);
    }
  }
}

let pending = Buffer.alloc(0);
process.stdin.on("data", (chunk) => {
  pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
  while (pending.length >= 4) {
    const length = pending.readUInt32LE(0);
    if (pending.length < 4 + length) return;
    const frame = pending.subarray(4, 4 + length);
    pending = pending.subarray(4 + length);
    const headEnd = 4 + frame.readUInt32LE(0);
    const head = JSON.parse(textIn(frame.subarray(4, headEnd)));
    let at = headEnd;
    const parts = head.sizes.map((size) => new Uint8Array(frame.subarray(at, (at += size))));
    receive(head, parts);
  }
});
for (const event of ["end", "close", "error"]) process.stdin.on(event, () => process.exit(0));
// Of a program: it may reject what nobody waits for.
process.on("unhandledRejection", () => {});
// All that runs code of a program catches its errors: whose this one is, nobody knows.
process.on("uncaughtException", () => process.exit(1));
// Whatever of this realm is seen in another, such as the promise of an import: no code can be made by it.
for (const kind of [function () {}, function* () {}, async function () {}, async function* () {}]) delete Object.getPrototypeOf(kind).constructor;

function receive(head, parts) {
  if (head.type === "prelude") {
    const script = (text, filename) => new vm.Script(text, { filename });
    scripts = { bridge: script(BRIDGE, "plinth-bridge"), prelude: script(textIn(parts[0]), "plinth") };
    say({ type: "ready" });
  } else if (head.type === "run") start(head, parts);
  else if (current) {
    current.inFlight--;
    const [json, ...buffers] = parts;
    enter(current, ({ api, inside }) => api.settle(head.id, head.ok, textIn(json), ...buffers.map(({ buffer }) => inside.copied(buffer))));
  }
}

function start({ names, fileName, limits }, [source, json, ...buffers]) {
  const realm = vm.createContext(vm.constants.DONT_CONTEXTIFY);
  const run = { limits, inFlight: 0, timers: new Map(), logRoom: limits.logBytes, logsLeftOut: 0, cpu: process.cpuUsage(), ...NOTHING_ASKED() };
  current = run;
  run.inside = scripts.bridge.runInContext(realm)(functionsOf(run));
  run.api = scripts.prelude.runInContext(realm)(run.inside.host);
  enter(run, ({ api, inside }) => {
    const loaded = inside.deferred();
    api.start(loaded.promise, names, textIn(json), ...buffers.map(({ buffer }) => inside.copied(buffer)));
    load(run, realm, fileName, textIn(source)).then(loaded.resolve, (error) => loaded.reject(inner(run, error)));
  });
}

const ownError = ({ inside }, { name, message, stack }) => inside.own(String(name), String(message), String(stack));
/** An error of this realm as one of the program's; what the program throws is its own already. */
const inner = (run, error) => error instanceof Error ? ownError(run, error) : error;

async function load(run, realm, identifier, source) {
  const refusal = (name) => new TypeError("Cannot import " + name + ": a function is one file. Bundle it.");
  const importModuleDynamically = (name) => Promise.reject(ownError(run, refusal(name)));
  const module = moduleOf(source, { context: realm, identifier, importModuleDynamically });
  await module.link((name) => { throw refusal(name); });
  await module.evaluate();
  return module.namespace;
}

/** Not every runtime takes the name for its stacks from the options. */
function moduleOf(source, options) {
  try {
    return new vm.SourceTextModule(source + "\n//# sourceURL=" + options.identifier, options);
  } catch (error) {
    const line = lineOf(error, source);
    if (line !== undefined) error.stack = "at " + options.identifier + ":" + line;
    throw error;
  }
}

/** Where the syntax is wrong. Of a module, Node does not say it; of a script it does. */
function lineOf(error, source) {
  const [, parsed] = /<parse> \([^)]*?:(\d+)/.exec(error.stack) ?? [];
  if (parsed !== undefined) return parsed;
  const plain = source.replace(/\bexport default\b/g, "_default =").replace(/^(\s*)export\b/gm, "$1");
  try {
    new vm.Script("(async () => {\"use strict\"; " + plain + "\n})", { filename: "plain.js" });
  } catch (again) {
    return again.message === error.message ? /^plain\.js:(\d+)/.exec(again.stack)?.[1] : undefined;
  }
}

/** Runs code of the program, and sees afterwards whether something can still wake it. */
function enter(run, work) {
  try {
    work(run);
  } catch (error) {
    fail(run, error);
  }
  setImmediate(() => setImmediate(() => {
    if (run === current && run.inFlight === 0 && run.timers.size === 0) end(run, { type: "stuck" });
  }));
}

/** Calls that are made at once go out together. */
function flush(run) {
  if (run.asked.length > 0) say({ type: "calls", calls: run.asked }, run.askedParts);
  Object.assign(run, NOTHING_ASKED());
}

const NOTHING_ASKED = () => ({ asked: [], askedParts: [], askedBytes: 0 });

function fail(run, error) {
  try {
    run.api.fail(inner(run, error));
  } catch (again) {
    end(run, { type: "failed" }, [utf8.encode(JSON.stringify({ name: "Error", message: String(again?.message), stack: "" }))]);
  }
}

function end(run, message, parts) {
  if (run !== current) return;
  flush(run);
  current = undefined;
  for (const timer of run.timers.values()) clearTimeout(timer);
  const { user, system } = process.cpuUsage(run.cpu);
  say({ ...message, cpuMs: (user + system) / 1000, logsLeftOut: run.logsLeftOut }, parts);
  // After the last of its promises: one that goes on for ever keeps this from being said.
  setImmediate(() => {
    tidy();
    say({ type: "idle" });
  });
}

/** Of Node, in a realm of its own: those of programs do not have it. */
function ownCollector() {
  v8.setFlagsFromString("--expose-gc");
  const collector = vm.runInNewContext("gc");
  v8.setFlagsFromString("--no-expose-gc");
  return () => collector();
}

/** A realm is large, and a collector that has no need to hurry leaves it: what earlier runs have left would count against a later one. */
function tidy() {
  const rss = process.memoryUsage.rss();
  if (rss < quietBytes + UNTIDY_BYTES) return;
  collect();
  quietBytes = Math.max(quietBytes, process.memoryUsage.rss() - UNTIDY_BYTES / 2);
}

function functionsOf(run) {
  const { valueBytes, memoryBytes } = run.limits;
  const packed = (json, buffers) => {
    const parts = [utf8.encode(String(json)), ...buffers.map((buffer) => new Uint8Array(buffer))];
    const size = parts.reduce((sum, part) => sum + part.byteLength, 0);
    if (size > valueBytes) throw new RangeError("a value may have at most " + valueBytes + " bytes");
    return parts;
  };
  const short = (text, most) => {
    if (typeof text !== "string" || text.length > most) throw new TypeError("expected a text of at most " + most + " characters");
    return text;
  };
  return {
    call(id, name, json, ...buffers) {
      if (run !== current) return;
      const parts = packed(json, buffers);
      const size = parts.reduce((sum, part) => sum + part.byteLength, 0);
      if (run.asked.length > 0 && run.askedBytes + size > valueBytes) flush(run);
      run.inFlight++;
      run.askedBytes += size;
      run.askedParts.push(...parts);
      if (run.asked.push({ id: Number(id), name: short(name, 200), parts: parts.length }) === 1) queueMicrotask(() => flush(run));
    },
    done(json, ...buffers) {
      let parts;
      try {
        parts = packed(json, buffers);
      } catch {
        return end(run, { type: "tooLarge" });
      }
      end(run, { type: "done" }, parts);
    },
    failed: (json) => end(run, { type: "failed" }, [utf8.encode(short(json, 100000))]),
    tooLarge: () => end(run, { type: "tooLarge" }),
    log(level, text) {
      if (run !== current) return;
      const line = short(text, 8192);
      run.logRoom -= LINE_BYTES + 2 * line.length;
      if (run.logRoom < 0) run.logsLeftOut++;
      else say({ type: "log", level: short(level, 10) }, [utf8.encode(line)]);
    },
    timer(id, ms) {
      if (run !== current) return;
      if (run.timers.size >= MOST_TIMERS) throw new RangeError("at most " + MOST_TIMERS + " timers may wait at once");
      const fire = () => {
        run.timers.delete(id);
        if (run === current) enter(run, ({ api }) => api.fire(id));
      };
      run.timers.set(id, setTimeout(fire, Math.min(Number(ms) || 0, LONGEST_MS)));
    },
    clear(id) {
      clearTimeout(run.timers.get(id));
      run.timers.delete(id);
    },
    random(count) {
      if (!(count >= 0 && count <= 65536)) throw new RangeError("at most 65536 bytes at once");
      return crypto.getRandomValues(new Uint8Array(count)).buffer;
    },
    utf8: (text) => utf8.encode(short(text, memoryBytes)).slice().buffer,
    text: (bytes, fatal) => new TextDecoder("utf-8", { fatal: fatal === true }).decode(new Uint8Array(bytes)),
    url(address, base, part, value) {
      const url = URL.parse(String(address), base === undefined ? undefined : String(base));
      if (!url) return undefined;
      if (URL_PARTS.includes(part)) {
        try {
          url[part] = String(value);
        } catch {
          return undefined;
        }
      }
      return JSON.stringify(Object.fromEntries(["origin", ...URL_PARTS].map((name) => [name, url[name]])));
    },
  };
}
`;
