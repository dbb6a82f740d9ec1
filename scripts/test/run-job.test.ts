import { expect, test } from "bun:test";
import { tmpdir } from "node:os";
import { until } from "../../packages/core/test/until.ts";
import { loadOf } from "./loads.ts";
import { inOrder } from "./output.ts";
import { runJob } from "./run-job.ts";
import { schedule } from "./schedule.ts";
import { bunJobs, matrixJobs, selectJobs } from "./suites.ts";
import { report } from "./summary.ts";
import type { Tally } from "./tally.ts";

const job = (code: string, tally: Tally = { passed: 1, failures: [], skips: [] }, suite = "demo") => ({
  suite,
  cores: 1,
  seconds: 1,
  command: [process.execPath, "-e", code],
  read: async () => structuredClone(tally),
});

function lane() {
  let text = "";
  return { write: (more: string) => (text += more), end: () => {}, text: () => text };
}

test("a job's output and its counts are kept", async () => {
  const out = lane();
  const result = await runJob(job("console.log('hello'); console.error('trouble')"), tmpdir(), out);
  expect(result).toMatchObject({ suite: "demo", passed: 1, failures: [], skips: [] });
  expect(out.text()).toContain("hello");
  expect(out.text()).toContain("trouble");
});

test("the CPU time of a job is counted, and that of the processes that it starts", async () => {
  const busy = "while (process.cpuUsage().user < 400_000);";
  const inside = `Bun.spawnSync([process.execPath, '-e', ${JSON.stringify(busy)}])`;
  const idle = await runJob(job("await Bun.sleep(500)"), tmpdir(), lane());
  const parent = await runJob(job(inside), tmpdir(), lane());
  expect(idle.ms).toBeGreaterThan(500);
  expect(parent.cpuMs).toBeGreaterThan(idle.cpuMs + 100);
});

test("an exit code without a failure is a failure", async () => {
  const result = await runJob(job("process.exit(3)"), tmpdir(), lane());
  expect(result.failures).toEqual(["no test failed, but it ended with exit code 3"]);
});

test("a job that ran nothing has failed, and so has one that left no result", async () => {
  const nothing = await runJob(job("", { passed: 0, failures: [], skips: [] }), tmpdir(), lane());
  expect(nothing.failures).toEqual(["ran no tests"]);
  const broken = { ...job("process.exit(1)"), read: () => Promise.reject(new Error("no file")) };
  expect((await runJob(broken, tmpdir(), lane())).failures).toEqual(["ended without a result (exit code 1)"]);
});

test("a job that hangs is ended, with all that it started", async () => {
  const code = "Bun.spawn(['sleep', '60'], { stdout: 'inherit' }); setInterval(() => {}, 1000)";
  const result = await runJob(job(code), tmpdir(), lane(), 300);
  expect(result.failures).toEqual(["no test failed, but it ended with a timeout"]);
});

test("what a job leaves running does not keep the run waiting", async () => {
  const result = await runJob(job("Bun.spawn(['sleep', '60'], { stdout: 'inherit' }).unref()"), tmpdir(), lane());
  expect(result.ms).toBeLessThan(50_000);
});

test("output of parallel jobs does not mix", () => {
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

test("jobs run beside each other as far as the cores go, the longest first, and one too big for them alone", async () => {
  const running = new Set<string>();
  const beside: Record<string, string> = {};
  const begun: string[] = [];
  const jobs = [
    { name: "short", cores: 1, seconds: 1 },
    { name: "long", cores: 1, seconds: 9 },
    { name: "ALL", cores: 4, seconds: 5 },
    { name: "idle", cores: 0.5, seconds: 3 },
    { name: "wide", cores: 1.5, seconds: 7 },
  ];
  const results = await schedule(jobs, 2, async ({ name, seconds }) => {
    begun.push(name);
    beside[name] = [...running].join();
    running.add(name);
    await Bun.sleep(seconds * 10);
    running.delete(name);
    return name;
  });
  expect(results).toEqual(jobs.map(({ name }) => name));
  expect(begun).toEqual(["long", "idle", "short", "wide", "ALL"]);
  expect(beside).toEqual({ long: "", idle: "long", short: "long", wide: "", ALL: "" });
});

test("where the cores are idle, the longest that waits starts too", async () => {
  const ends = new Map<string, () => void>();
  const jobs = ["a", "b", "c"].map((name, i) => ({ name, cores: 1, seconds: 9 - i }));
  let hasRoom = () => {};
  const idle = () => new Promise<void>((resolve) => (hasRoom = resolve));
  const run = ({ name }: { name: string }) => new Promise<string>((resolve) => ends.set(name, () => resolve(name)));
  const all = schedule(jobs, 1, run, idle);
  expect([...ends.keys()]).toEqual(["a"]);
  hasRoom();
  await until(() => ends.size === 2);
  expect([...ends.keys()]).toEqual(["a", "b"]);
  for (const name of ["b", "a", "c"]) {
    await until(() => ends.has(name));
    ends.get(name)!();
  }
  expect(await all).toEqual(["a", "b", "c"]);
});

test("a suite that does not exist is refused", () => {
  expect(selectJobs([job("")], [])).toHaveLength(1);
  expect(() => selectJobs([job("")], ["dmeo"])).toThrow('There is no suite "dmeo". There are: demo.');
});

test("the report ends with the one line that sums all, and has a line for each suite", () => {
  const { text, failed } = report(
    [
      {
        suite: "unit",
        ms: 1200,
        cpuMs: 700,
        passed: 3,
        failures: ["x"],
        skips: [{ name: "s", reason: "no Postgres" }],
      },
      { suite: "matrix", ms: 100, cpuMs: 50, passed: 4, failures: [], skips: [] },
      { suite: "unit", ms: 300, cpuMs: 300, passed: 2, failures: [], skips: [] },
    ],
    1300,
    0.873,
  );
  expect(text.split("\n").at(-1)).toBe("9 passed, 1 failed, 1 skipped");
  expect(text).toContain("unit: s — no Postgres");
  expect(text).toContain("  unit       1.5 s     1.0 s of CPU time  5 passed, 1 failed, 1 skipped");
  expect(text).toContain("  all        1.3 s     1.1 s of CPU time; the machine's cores were busy for 87 % of it");
  expect(failed).toBe(1);
});

test("the report has the lines of the loads that are out of date", () => {
  const { text } = report(
    [
      { suite: "bank", load: "bank", ms: 1, cpuMs: 60_000, passed: 1, failures: [], skips: [] },
      { suite: "hosts", load: "tests/hosts/full-disk.", ms: 1, cpuMs: 19_000, passed: 1, failures: [], skips: [] },
      { suite: "matrix", load: "matrix", ms: 1, cpuMs: 200_000, passed: 1, failures: [], skips: [] },
      { suite: "matrix", load: "matrix", ms: 1, cpuMs: 220_000, passed: 1, failures: [], skips: [] },
    ],
    1300,
    0.873,
  );
  const { cores } = loadOf("matrix");
  expect(text).toContain(
    `  bank: { seconds: 120, cores: 0.5 },\n  matrix: { seconds: ${Math.round(210 / cores)}, cores: ${cores} },\n\n`,
  );
  expect(text).not.toContain("full-disk");
});

test("each test file of a suite is in one job", () => {
  const files = ["tests/hosts/full-disk.test.ts", "tests/hosts/a.test.ts", "tests/hosts/b.test.ts"];
  const jobs = bunJobs("hosts", files, "/work");
  const run = jobs.flatMap(({ command }) => command.filter((argument) => argument.startsWith("./")));
  expect(run.sort()).toEqual(files.map((file) => `./${file}`).sort());
});

test("alone, a target is asked what it failed, or everything where no scenario did", () => {
  const [part] = matrixJobs("/work");
  const asked = (...names: string[]) =>
    part!.alone!(
      "bun × sqlite",
      names.map((name) => `bun × sqlite: ${name}`),
    )!.command.filter((_, i, all) => all[i - 1] === "--scenario");
  expect(asked("items: a list", "jobs: one: two")).toEqual(["items: a list", "jobs: one: two"]);
  expect(asked("the start")).toEqual([]);
});
