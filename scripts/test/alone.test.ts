import { expect, test } from "bun:test";
import { runFailedAlone } from "./alone.ts";
import type { JobResult } from "./run-job.ts";
import type { Job } from "./suites.ts";

const job = (part: string): Job => ({
  suite: "demo",
  part,
  seconds: 1,
  cores: 1,
  command: [],
  read: () => Promise.reject(new Error("not run")),
  alone: (name) => (name.endsWith(".test.ts") ? job(name) : undefined),
});

const result = (failures: string[], passed = 3): JobResult => ({
  suite: "demo",
  ms: 10,
  cpuMs: 5,
  passed,
  failures,
  skips: [],
});

/** Files that fail alone, too. */
async function settled(failures: string[], broken: string[]): Promise<{ result: JobResult; run: string[] }> {
  const run: string[] = [];
  const [only] = await runFailedAlone([job("all")], [result(failures)], async ({ part }) => {
    run.push(part!);
    return result(broken.includes(part!) ? [`${part}: again`] : []);
  });
  return { result: only!, run };
}

test("what failed runs once more, a file at a time, and is named when it passes", async () => {
  const { result, run } = await settled(["a.test.ts: x: 1", "a.test.ts: y", "b.test.ts: z"], ["b.test.ts"]);
  expect(run).toEqual(["a.test.ts", "b.test.ts"]);
  expect(result).toMatchObject({
    passed: 5,
    failures: ["b.test.ts: z"],
    onlyAlone: ["a.test.ts: x: 1", "a.test.ts: y"],
    ms: 30,
    cpuMs: 15,
  });
});

test("what belongs to no file has failed, and so have many at once", async () => {
  const crash = "no test failed, but it ended with exit code 3";
  expect(await settled([crash], [])).toMatchObject({ result: { failures: [crash], passed: 3 }, run: [] });
  const many = ["1", "2", "3", "4", "5", "6"].map((name) => `a.test.ts: ${name}`);
  expect(await settled(many, [])).toMatchObject({ result: { failures: many, passed: 3 }, run: [] });
});
