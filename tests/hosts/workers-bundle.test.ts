import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { buildTarget } from "../../scripts/build/build-target.ts";
import { TARGETS } from "../../scripts/build/targets.ts";
import { spawnHost } from "../matrix/host-process.ts";
import { openLab } from "../matrix/lab.ts";
import { ROOT } from "../matrix/programs.ts";
import { startWorkerd } from "../matrix/targets/workerd.ts";

const lab = await openLab({ postgres: false });
const target = TARGETS.find(({ name }) => name === "workers")!;
let eagerGzip = 0;

beforeAll(async () => {
  ({ eagerGzip } = await buildTarget(target));
});
afterAll(() => lab.close());

test("what a Worker evaluates at its start is below 1 MiB gzipped", () => {
  expect(eagerGzip).toBeGreaterThan(10_000);
  expect(eagerGzip).toBeLessThan(1024 * 1024);
});

test("the same sources give the same bundle", async () => {
  const file = join(ROOT, "dist/workers/worker.js");
  const before = readFileSync(file, "utf8");
  await buildTarget(target);
  expect(readFileSync(file, "utf8")).toBe(before);
});

const lacking = lab.node ? "" : " — no Node 24: its package is not installed";

describe.skipIf(!lab.node)("with Node 24", () => {
  test(`the bundle boots in workerd and answers from D1${lacking}`, async () => {
    const host = await startWorkerd(lab, { D1: "1" });
    const answer = await host.fetch(new Request(`${host.baseUrl}/health`));
    const health = await answer.json();
    expect(health).toMatchObject({ ok: true, dialect: "sqlite" });
    expect(await host.setupToken()).toMatch(/^[\w-]{16,}$/);
    await host.stop();
  });

  test(`wrangler deploy --dry-run accepts wrangler.toml as it stands${lacking}`, async () => {
    const wrangler = join(ROOT, "tests/node_modules/wrangler/bin/wrangler.js");
    const env = { WRANGLER_SEND_METRICS: "false", XDG_CONFIG_HOME: lab.folder(), CI: "true" };
    const host = spawnHost({ command: [lab.node!, wrangler, "deploy", "--dry-run"], env, cwd: ROOT });
    const code = await host.exited;
    expect(host.logs()).toContain("env.DB (plinth)");
    expect(host.logs()).toContain("env.WORKSPACES (Workspace)");
    expect(host.logs()).toContain("env.BACKGROUND (Background)");
    expect(host.logs()).toContain("--dry-run: exiting now.");
    expect(host.logs()).not.toContain("WARNING");
    expect(code).toBe(0);
  });
});
