import { assert, equal } from "../assert.ts";
import type { Case } from "../case.ts";
import { type ProgramRunner, runSource } from "./program.ts";

/** As often as an adapter may need to know that what a module evaluates can be kept. */
const RUNS = 4;
let versions = 0;

/** The values of several runs of one version. */
async function valuesOf(sandbox: ProgramRunner, source: string): Promise<unknown[]> {
  const version = `version ${++versions}`;
  const values: unknown[] = [];
  for (let run = 0; run < RUNS; run++) {
    const outcome = await runSource(sandbox, source, { version });
    assert(outcome.ok, JSON.stringify(outcome));
    values.push(outcome.value);
  }
  return values;
}

const times = <T>(value: T): T[] => Array.from({ length: RUNS }, () => value);

/** Programs that run again: an adapter may keep what their modules evaluate, and nobody notices. */
export function versionCases(open: () => Promise<ProgramRunner>): Case[] {
  return [
    {
      name: "a version that runs again sees nothing of the run before",
      async run() {
        const sandbox = await open();
        const counter = `let n = 0; const list = []; globalThis.seen ??= 0;
          export default () => { list.push(n); globalThis.seen++; Object.prototype.left = 1; return [++n, list.length, globalThis.seen]; };`;
        equal(await valuesOf(sandbox, counter), times([1, 1, 1]));
        const later = `const ready = Promise.resolve(1).then((n) => n + 1); let n = await ready;
          const cache = new Map(); export default async () => { cache.set(n, n); return [n++, cache.size]; };`;
        equal(await valuesOf(sandbox, later), times([2, 1]));
      },
    },
    {
      name: "what is random or of a time is so in each run, also outside of the function",
      async run() {
        const sandbox = await open();
        for (const source of [
          "export default () => Math.random()",
          "const n = Math.random(); export default () => n",
          "export default () => crypto.randomUUID()",
          "const id = crypto.randomUUID(); export default () => id",
        ]) {
          equal(new Set(await valuesOf(sandbox, source)).size, RUNS, source);
        }
        for (const clock of ["Date.now()", "new Date().getTime()", "performance.timeOrigin"]) {
          const source = `const at = ${clock}; export default () => at`;
          for (let run = 0; run < RUNS; run++) {
            const began = Date.now();
            const outcome = await runSource(sandbox, source, { version: clock });
            assert(outcome.ok && Number(outcome.value) >= began, `${clock} at ${began}: ${JSON.stringify(outcome)}`);
            await new Promise((resolve) => setTimeout(resolve, 2));
          }
        }
      },
    },
    {
      name: "what a module writes and calls, it does in each run",
      async run() {
        const sandbox = await open();
        const source =
          "console.log('loaded'); const url = new URL('https://a.example/b'); export default () => url.href";
        for (let run = 0; run < RUNS; run++) {
          const outcome = await runSource(sandbox, source, { version: "writes" });
          assert(outcome.ok && outcome.logs.length === 1, JSON.stringify(outcome));
        }
      },
    },
    {
      name: "a program ends at the same place in each run",
      async run() {
        const sandbox = await open();
        const source = `const table = Array.from({ length: 2000 }, (_, n) => String(n));
          export default () => { for (let n = 0; ; n++) if (n % 500 === 0) console.log(n, table.length); };`;
        const last: (string | undefined)[] = [];
        for (let run = 0; run < RUNS; run++) {
          const outcome = await runSource(sandbox, source, { version: "endless", limits: { cpuMs: 5 } });
          assert(!outcome.ok && outcome.error.kind === "cpu_time", JSON.stringify(outcome));
          last.push(outcome.logs.at(-1)?.text);
        }
        equal(last, times(last[0]));
        assert(Number.parseInt(last[0] ?? "", 10) > 0, String(last));
      },
    },
    {
      name: "a version is another program where its source is another",
      async run() {
        const sandbox = await open();
        for (const n of [1, 1, 1, 2, 2, 2, 1]) {
          const outcome = await runSource(sandbox, `const n = ${n}; export default () => n`, { version: "same name" });
          equal(outcome.ok && outcome.value, n);
        }
      },
    },
  ];
}
