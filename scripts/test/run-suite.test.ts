import { expect, test } from "bun:test";
import { tmpdir } from "node:os";
import { inOrder } from "./output.ts";
import { runSuite } from "./run-suite.ts";
import { schedule } from "./schedule.ts";
import { selectSuites } from "./suites.ts";
import { report } from "./summary.ts";
import type { Tally } from "./tally.ts";

const suite = (code: string, tally: Tally = { passed: 1, failures: [], skips: [] }, name = "demo") => ({
  name,
  alone: false,
  command: [process.execPath, "-e", code],
  read: async () => structuredClone(tally),
});

function lane() {
  let text = "";
  return { write: (more: string) => (text += more), end: () => {}, text: () => text };
}

test("a suite's output and its counts are kept", async () => {
  const out = lane();
  const result = await runSuite(suite("console.log('hello'); console.error('trouble')"), tmpdir(), out);
  expect(result).toMatchObject({ name: "demo", passed: 1, failures: [], skips: [] });
  expect(out.text()).toContain("hello");
  expect(out.text()).toContain("trouble");
});

test("an exit code without a failure is a failure", async () => {
  const result = await runSuite(suite("process.exit(3)"), tmpdir(), lane());
  expect(result.failures).toEqual(["no test failed, but it ended with exit code 3"]);
});

test("a suite that ran nothing has failed, and so has one that left no result", async () => {
  const nothing = await runSuite(suite("", { passed: 0, failures: [], skips: [] }), tmpdir(), lane());
  expect(nothing.failures).toEqual(["ran no tests"]);
  const broken = { ...suite("process.exit(1)"), read: () => Promise.reject(new Error("no file")) };
  expect((await runSuite(broken, tmpdir(), lane())).failures).toEqual(["ended without a result (exit code 1)"]);
});

test("a suite that hangs is ended, with all that it started", async () => {
  const code = "Bun.spawn(['sleep', '60'], { stdout: 'inherit' }); setInterval(() => {}, 1000)";
  const result = await runSuite(suite(code), tmpdir(), lane(), 300);
  expect(result.failures).toEqual(["no test failed, but it ended with a timeout"]);
});

test("what a suite leaves running does not keep the run waiting", async () => {
  const result = await runSuite(suite("Bun.spawn(['sleep', '60'], { stdout: 'inherit' }).unref()"), tmpdir(), lane());
  expect(result.ms).toBeLessThan(10_000);
});

test("output of parallel suites does not mix", () => {
  let shown = "";
  const screen = inOrder((text) => {
    shown += text;
  });
  const [first, second] = [screen.lane(), screen.lane()];
  second.write("b1 ");
  first.write("a1 ");
  second.end();
  expect(shown).toBe("a1 ");
  first.write("a2 ");
  first.end();
  expect(shown).toBe("a1 a2 b1 ");
});

test("jobs keep their order and their limit, and one that wants to be alone is", async () => {
  let now = 0;
  const seen: Record<string, number> = {};
  const jobs = ["a", "b", "c", "ALONE", "d"].map((name) => ({ name, alone: name === "ALONE" }));
  const results = await schedule(jobs, 2, async ({ name }) => {
    now += 1;
    await Bun.sleep(5);
    seen[name] = now;
    now -= 1;
    return name;
  });
  expect(results).toEqual(["a", "b", "c", "ALONE", "d"]);
  expect(Math.max(...Object.values(seen))).toBe(2);
  expect(seen.ALONE).toBe(1);
});

test("a suite that does not exist is refused", () => {
  expect(selectSuites([suite("")], [])).toHaveLength(1);
  expect(() => selectSuites([suite("")], ["dmeo"])).toThrow('There is no suite "dmeo". There are: demo.');
});

test("the report ends with the one line that sums all", () => {
  const { text, failed } = report(
    [
      { name: "unit", ms: 1200, passed: 3, failures: ["x"], skips: [{ name: "s", reason: "no Postgres" }] },
      { name: "matrix", ms: 100, passed: 4, failures: [], skips: [] },
    ],
    1300,
  );
  expect(text.split("\n").at(-1)).toBe("7 passed, 1 failed, 1 skipped");
  expect(text).toContain("unit: s — no Postgres");
  expect(failed).toBe(1);
});
