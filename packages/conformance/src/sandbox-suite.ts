/** What every `Sandbox` must do, and every `TrustedRuntime`. */
import { PlinthError } from "@plinth/core";
import { assert, equal } from "./assert.ts";
import { type Case, registerCases, type Test, withSkips } from "./case.ts";
import { escapeCases } from "./sandbox/escapes.ts";
import { failureWith, type ProgramRunner, resultOf, runSource } from "./sandbox/program.ts";
import { stepCases } from "./sandbox/steps.ts";
import { copiedValueCases } from "./sandbox/values.ts";
import { versionCases } from "./sandbox/versions.ts";

interface SandboxOptions {
  open(): Promise<ProgramRunner>;
  /** Why a case does not apply, by its name. */
  skips?: Readonly<Record<string, string>>;
}

export interface SandboxSuiteOptions extends SandboxOptions {
  test: Test;
}

export function sandboxSuite({ test, ...options }: SandboxSuiteOptions): void {
  registerCases(test, sandboxCases(options));
}

export function sandboxCases({ open, skips }: SandboxOptions): Case[] {
  return withSkips(allCases(open), skips);
}

function allCases(open: SandboxOptions["open"]): Case[] {
  return [
    {
      name: "calls of the host are under way at once",
      async run() {
        // Each answers when all have arrived, so one that waits for another would be stuck.
        let arrived = 0;
        const all = Promise.withResolvers<void>();
        const wait = async ([n]: readonly unknown[]) => {
          if (++arrived === 50) all.resolve();
          await all.promise;
          return n;
        };
        const body = "return Promise.all(Array.from({ length: 50 }, (_, n) => context.wait(n)))";
        equal(
          await resultOf(await open(), body, { calls: { wait } }),
          Array.from({ length: 50 }, (_, n) => n),
        );
      },
    },
    {
      name: "calls that a program makes at once have all begun before the first is answered",
      async run() {
        let begun = 0;
        const count = async () => {
          begun++;
          // The shortest wait: no message of another thread comes in between.
          await Promise.resolve();
          return begun;
        };
        const body = "return Promise.all([1, 2, 3].map(() => context.count()))";
        equal(await resultOf(await open(), body, { calls: { count } }), [3, 3, 3]);
      },
    },
    {
      name: "errors have their name, message and line",
      async run() {
        const sandbox = await open();
        const thrown = await runSource(sandbox, "const one = 1;\n\nexport default () => {\n  null.a;\n};");
        assert(!thrown.ok && thrown.error.line === 4 && thrown.error.name === "TypeError", JSON.stringify(thrown));
        const later = await failureWith(sandbox, "error", "await 1;\nthrow new RangeError('too far');");
        equal([later.name, later.message, later.line], ["RangeError", "too far", 3]);
        const wrong = await runSource(sandbox, "export default () => {\n  const = 1;\n};");
        assert(!wrong.ok && wrong.error.line === 2 && wrong.error.name === "SyntaxError", JSON.stringify(wrong));
        const other = await failureWith(sandbox, "error", "throw { a: 1 }");
        assert(other.message.includes('{"a":1}'), other.message);
        const named = await runSource(sandbox, "export const a = 1;");
        assert(!named.ok && named.error.message.includes("default export"), JSON.stringify(named));
        const imports = await runSource(sandbox, 'import a from "./a.js";\nexport default () => a;');
        assert(!imports.ok && imports.error.message.includes("a.js"), JSON.stringify(imports));
      },
    },
    {
      name: "what has no time left names its line",
      async run() {
        const loops = "let a = 1;\nfor (;;) a = Math.abs(a);";
        equal((await failureWith(await open(), "cpu_time", loops, { limits: { cpuMs: 20 } })).line, 3);
      },
    },
    {
      name: "an error of a call can be caught, and says no more than to a caller",
      async run() {
        const calls = {
          known: () => Promise.reject(new PlinthError("NOT_FOUND", "There is no such item.", { field: "id" })),
          unknown: () => Promise.reject(new Error("password=hunter2")),
        };
        const body = `const seen = [];
          for (const name of ["known", "unknown"]) await context[name]().catch(({ code, message, details }) => seen.push([code, message, details?.field]));
          return seen;`;
        equal(await resultOf(await open(), body, { calls }), [
          ["NOT_FOUND", "There is no such item.", "id"],
          ["INTERNAL", "The call failed.", undefined],
        ]);
      },
    },
    {
      name: "the console is kept, within its limit",
      async run() {
        const sandbox = await open();
        const body = `console.log("a", 1, { b: [true, null] }, new Map([[1, "c"]])); console.error(new Error("d"));`;
        const said = await runSource(sandbox, `export default () => { ${body} }`);
        equal(
          said.logs.map(({ level }) => level),
          ["info", "error"],
        );
        equal(said.logs[0]!.text, 'a 1 {b: [true, null]} Map {1 => "c"}');
        const flood = "for (let i = 0; i < 500; i++) console.log('x'.repeat(1000)); console.log('y'.repeat(1e6));";
        const much = await runSource(sandbox, `export default () => { ${flood} }`);
        assert(much.ok && much.logs.length < 10 && much.logsLeftOut > 490, JSON.stringify(much.logsLeftOut));
      },
    },
    {
      name: "limits of calls, values and time end a program by name",
      async run() {
        const sandbox = await open();
        const never = () => new Promise<unknown>(() => {});
        const echo = async ([value]: readonly unknown[]) => value;
        const calls = { never, echo };
        await failureWith(sandbox, "value_size", "return 'x'.repeat(2e6)", { limits: { valueBytes: 1e6 } });
        await failureWith(sandbox, "calls", "for (;;) await context.echo(1)", { calls, limits: { calls: 5 } });
        const many = "return Promise.all([1, 2, 3].map(() => context.never()))";
        const refused = await failureWith(sandbox, "error", many, { calls, limits: { callsInFlight: 2 } });
        assert(refused.message.includes("2 calls"), refused.message);
        const large = await failureWith(sandbox, "error", "await context.echo('x'.repeat(2000))", {
          calls,
          limits: { valueBytes: 1000 },
        });
        assert(large.message.includes("1000"), large.message);
        await failureWith(sandbox, "wall_time", "await context.never()", { calls, limits: { wallMs: 50 } });
        await failureWith(sandbox, "wall_time", "await new Promise((done) => setTimeout(done, 1e9))", {
          limits: { wallMs: 50 },
        });
        await failureWith(sandbox, "wall_time", "setInterval(() => {}, 1); await new Promise(() => {})", {
          limits: { wallMs: 50 },
        });
        await failureWith(sandbox, "aborted", "await context.never()", { calls, signal: AbortSignal.timeout(20) });
        const timers = await failureWith(sandbox, "error", "for (;;) setTimeout(() => {}, 1e6)");
        assert(timers.message.includes("timers"), timers.message);
      },
    },
    {
      name: "calls end with the program, and what comes later is dropped",
      async run() {
        const { promise, resolve } = Promise.withResolvers<void>();
        let ended: AbortSignal | undefined;
        const slow = async (_: readonly unknown[], signal: AbortSignal) => {
          ended = signal;
          await promise;
          return 1;
        };
        equal(await resultOf(await open(), "context.slow(); return 2", { calls: { slow } }), 2);
        equal(ended?.aborted, true, "whether the signal of the call was aborted");
        resolve();
      },
    },
    {
      name: "only what is declared can be called",
      async run() {
        const sandbox = await open();
        equal(await resultOf(sandbox, "return [typeof context.db, Object.keys(context)]"), ["undefined", []]);
        const refused = await failureWith(sandbox, "error", 'await fetch("https://a.example")');
        equal(refused.code, "FORBIDDEN");
      },
    },
    ...copiedValueCases(open),
    ...stepCases(open),
    ...versionCases(open),
    ...escapeCases(open),
  ];
}
