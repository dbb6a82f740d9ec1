import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "@plinth/core/testing";
import { ROOT } from "../matrix/programs.ts";
import { freePort } from "../support/free-port.ts";

test("npm run dev has the server and the admin's sources at one address, and ends both", async () => {
  const data = mkdtempSync(join(tmpdir(), "plinth-dev-"));
  const [port, adminPort] = [await freePort(), await freePort()];
  const { PATH, HOME } = process.env;
  const child = Bun.spawn([process.execPath, "scripts/dev.ts"], {
    cwd: ROOT,
    env: { PATH, HOME, PORT: String(port), ADMIN_DEV_PORT: String(adminPort), DATA_DIR: data, LOG_LEVEL: "error" },
    stdout: "pipe",
    // Until the server listens, Vite says that it cannot reach it.
    stderr: "ignore",
  });
  const out = new Response(child.stdout).text();
  try {
    const base = `http://localhost:${adminPort}`;
    const answers = (path: string) =>
      fetch(base + path, { redirect: "manual" }).then(
        async (answer) => ({ status: answer.status, text: await answer.text() }),
        () => undefined,
      );
    await until(async () => (await answers("/health/live"))?.status === 200);
    const page = await answers("/admin/t/default/collections");
    expect([page?.status, page?.text]).toEqual([200, expect.stringContaining("/admin/@vite/client")]);
    expect((await answers("/admin/src/main.tsx"))?.text).toContain("createRoot");
    expect((await answers("/api/collections"))?.text).toContain('"error"');
    expect((await answers("/setup"))?.status).toBe(200);
    const start = await fetch(`${base}/?x=1`, { headers: { accept: "text/html" }, redirect: "manual" });
    expect([start.status, start.headers.get("location")]).toEqual([302, expect.stringContaining("/admin/")]);
    child.kill("SIGTERM");
    await child.exited;
    expect(await answers("/health/live")).toBeUndefined();
    const server = await fetch(`http://localhost:${port}/health/live`).catch(() => undefined);
    expect(server).toBeUndefined();
    expect(await out).toContain(`${base}/setup?token=`);
  } finally {
    child.kill("SIGKILL");
    rmSync(data, { recursive: true, force: true });
  }
});
