import type { SandboxFailureKind } from "@plinth/core";
import { assert, equal } from "../assert.ts";
import type { Case } from "../case.ts";
import { failureWith, type ProgramRunner, resultOf, runSource, WIDE } from "./program.ts";

/** Ways to reach what is outside. Each program returns what it has found. */
const WAYS_OUT: Readonly<Record<string, string>> = {
  "the constructor of a function": `return (() => {}).constructor("return typeof process + typeof Deno + typeof require")()`,
  "the constructor of a call": `return context.echo.constructor("return typeof process + typeof Deno + typeof require")()`,
  "the constructor of an answer": `const answer = await context.echo({}); return answer.constructor.constructor("return typeof process + typeof Deno + typeof require")()`,
  "the constructor of an error of a call": `try { await context.refuse() } catch (error) { return error.constructor.constructor("return typeof process + typeof Deno + typeof require")() }`,
  "a generator's constructor": `const make = Object.getPrototypeOf(function* () {}).constructor; return make("yield typeof process + typeof Deno + typeof require")().next().value`,
  "an async function's constructor": `const make = Object.getPrototypeOf(async () => {}).constructor; return make("return typeof process + typeof Deno + typeof require")()`,
  "indirect eval": `return (0, eval)("typeof process + typeof Deno + typeof require")`,
  "the global object": `return [typeof globalThis.process, typeof globalThis.Deno, typeof globalThis.require].join("")`,
  "this of a plain function": `return (function () { return typeof this })() + typeof process + typeof Deno`,
};

const NOTHING = "undefinedundefinedundefined";

/**
 * Programs that take without end, and what ends them; `done` where an engine may find an answer all the same. Each within a little time, as all else
 * waits for it.
 */
const ENDLESS: readonly (readonly [name: string, body: string, ...(SandboxFailureKind | "done")[]])[] = [
  ["a loop", "for (;;);", "cpu_time"],
  ["a loop behind an await", "await 1; for (;;);", "cpu_time"],
  ["a loop that catches", "for (;;) try { for (;;); } catch {}", "cpu_time"],
  ["a loop in finally", "try { for (;;); } finally { for (;;); }", "cpu_time"],
  ["a list of holes", "return Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1)", "cpu_time"],
  ["a list of holes, with a function", "[].forEach.call({ length: 2 ** 53 - 1 }, () => {})", "cpu_time"],
  [
    "a search in a long text",
    `const text = "a".repeat(3e6); return text.includes("a".repeat(1e6) + "b")`,
    "cpu_time",
    "done",
  ],
  [
    "long texts compared",
    `const make = (n) => "a".repeat(2e6) + n; const list = [make(1), make(2)]; for (;;) list.sort()`,
    "cpu_time",
  ],
  ["copies of a long text", `const text = "a".repeat(4e6); for (;;) text.slice(1)`, "cpu_time"],
  ["a pattern that tries all ways", `return /^(a+)+$/.test("a".repeat(40) + "b")`, "cpu_time", "error", "done"],
  ["powers of large numbers", "let n = 3n; for (;;) n = n * n;", "cpu_time", "memory", "error"],
  [
    "bytes encoded by the host",
    `const text = "a".repeat(1e6); const by = new TextEncoder(); for (;;) by.encode(text)`,
    "cpu_time",
    "memory",
  ],
  ["a getter of the result", "return { get value() { for (;;); } }", "cpu_time"],
  ["a proxy as the result", "return new Proxy({}, { ownKeys() { for (;;); } })", "cpu_time"],
  ["a thenable", "return { then() { for (;;); } }", "cpu_time"],
  ["a getter of an error", "throw Object.defineProperty(new Error(), 'message', { get() { for (;;); } })", "cpu_time"],
  [
    "a storm of promises",
    "const storm = () => { Promise.resolve().then(storm); }; storm(); await new Promise(() => {})",
    "cpu_time",
  ],
  ["promises that wait for each other", "const next = async () => next(); await next()", "cpu_time", "memory", "stack"],
  ["recursion", "const again = () => again() + 1; return again()", "stack"],
  ["recursion of JSON", `return JSON.parse("[".repeat(200000))`, "stack", "error"],
  ["recursion through getters", "const o = { get a() { return this.a } }; return o.a", "stack"],
  ["a list that grows", "const list = []; for (;;) list.push(new Array(1000).fill(0))", "memory"],
  ["a text that grows", `let text = "a"; for (;;) text += text`, "memory", "error"],
  ["a buffer that is too large", "return new ArrayBuffer(1e9).byteLength", "memory", "error", "done"],
  ["buffers that grow", "const all = []; for (;;) all.push(new Uint8Array(100000).fill(1))", "memory"],
  ["a promise that is never settled", "await new Promise(() => {})", "stuck"],
  ["an await of itself", "const it = (async () => { await null; await it })(); await it", "stuck"],
];

export function escapeCases(open: () => Promise<ProgramRunner>): Case[] {
  return [
    {
      name: "no constructor and no prototype leads out",
      async run() {
        const sandbox = await open();
        const calls = {
          echo: async ([value]: readonly unknown[]) => value,
          refuse: () => Promise.reject(new TypeError("no")),
        };
        for (const [way, body] of Object.entries(WAYS_OUT)) {
          const found = String(await resultOf(sandbox, body, { calls }));
          assert(!/object|function/.test(found) && NOTHING.startsWith(found.slice(0, 9)), `${way} leads to ${found}`);
        }
      },
    },
    ...ENDLESS.map(
      ([name, body, ...kinds]): Case => ({
        name: `without an end: ${name}`,
        async run() {
          const cpuMs = kinds.includes("cpu_time") ? 40 : 1000;
          const source = `export default async (context) => {\n${body}\n};`;
          const outcome = await runSource(await open(), source, { limits: { cpuMs, memoryBytes: 8 * 1024 ** 2 } });
          const kind = outcome.ok ? "done" : outcome.error.kind;
          assert(kinds.includes(kind), `expected ${String(kinds)}, got ${JSON.stringify(outcome)} of ${body}`);
        },
      }),
    ),
    {
      name: "what one program leaves behind, the next does not see",
      async run() {
        const sandbox = await open();
        const dirty = `globalThis.left = 1; Object.prototype.left = 2; Array.prototype.map = () => 3;
          JSON.stringify = () => "4"; Promise.prototype.then = () => {}; return 1`;
        await sandbox.run({
          source: `export default () => { ${dirty} }`,
          fileName: "a.js",
          context: {},
          calls: {},
          limits: WIDE,
        });
        equal(await resultOf(sandbox, "return [typeof left, {}.left, [1].map((n) => n + 1)]"), [
          "undefined",
          undefined,
          [2],
        ]);
      },
    },
    {
      name: "changed built-ins do not let a program forge what the server reads",
      async run() {
        const sandbox = await open();
        const seen: unknown[] = [];
        const calls = { "db.list": async (values: readonly unknown[]) => void seen.push(values) };
        const body = `JSON.stringify = () => '{"$":"function","v":1}'; await context.db.list("x").catch(() => {}); JSON.stringify = () => '["__proto__"]'; await context.db.list("x"); return 1`;
        await sandbox.run({
          source: `export default async (context) => { ${body} }`,
          fileName: "a.js",
          context: {},
          calls,
          limits: WIDE,
        });
        equal(seen, [["__proto__"]], "what the call got");
      },
    },
    {
      name: "changed built-ins open no call that the program was not given",
      async run() {
        const seen: string[] = [];
        const note = (name: string) => async () => void seen.push(name);
        const calls = { "files.read": note("files.read"), "ai.chat": note("ai.chat") };
        // What the globals look at before they ask, and what carries the names of calls.
        const body = `const has = Set.prototype.has;
          Set.prototype.has = function (value) { return typeof value === "string" || has.call(this, value) }; String.prototype.startsWith = () => false;
          const { files, ai } = context;
          const tried = [fetch("https://example.com"), files.put?.("b", "p", (async function* () { yield "x" })()), ai.stream?.({}).next(), files.read.call({ name: "db.list" })];
          const refused = await Promise.all(tried.map((one) => one?.then(() => "done", ({ message }) => message)));
          return refused.map((one) => one ?? "absent");`;
        const [fetched] = (await resultOf(await open(), body, { calls })) as string[];
        assert(fetched!.includes("there is no such call"), `fetch: ${fetched}`);
        assert(
          seen.every((name) => name === "files.read"),
          `it has called ${seen.join()}`,
        );
      },
    },
    {
      name: "no key of a value changes a prototype of the server",
      async run() {
        const error = await failureWith(await open(), "error", `return JSON.parse('{"__proto__": {"owned": 1}}')`);
        assert(error.message.includes("__proto__"), error.message);
        equal(({} as { owned?: unknown }).owned, undefined);
      },
    },
    {
      name: "the process answers others between the steps of a program",
      async run() {
        let turns = 0;
        const ticking = setInterval(() => turns++, 1);
        const storm = "const storm = () => { Promise.resolve().then(storm); }; storm(); await new Promise(() => {})";
        await failureWith(await open(), "cpu_time", storm, { limits: { cpuMs: 60 } });
        clearInterval(ticking);
        assert(turns > 0, "nothing else had a turn");
      },
    },
  ];
}
