import { expect, test } from "bun:test";
import path from "node:path";
import { ROOT } from "./server.ts";

/** docs/deploy.md deploys to Workers by this command; without an account it can be run up to the upload. */
test("npm run wrangler builds the Worker and would deploy it", async () => {
  const command = [process.execPath, path.join(ROOT, "scripts/bootstrap.mjs"), "wrangler", "deploy", "--dry-run"];
  const env = { ...process.env, WRANGLER_SEND_METRICS: "false", CI: "true" };
  const child = Bun.spawn(command, { cwd: ROOT, env, stdout: "pipe", stderr: "pipe" });
  const [out, err] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  expect([await child.exited, err]).toEqual([0, expect.any(String)]);
  expect(out).toContain("env.DB");
  expect(out).toContain("--dry-run: exiting now.");
});
