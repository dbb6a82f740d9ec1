import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { busSuite } from "@plinth/conformance";
import { redisBus } from "../src/redis-bus.ts";

const program = Bun.which("redis-server");
if (!program) test("skipped: there is no redis-server here (apt-get install redis-server)", () => {});
else {
  const folder = mkdtempSync(join(tmpdir(), "plinth-redis-"));
  const port = 20_000 + (process.pid % 20_000);
  const url = `redis://127.0.0.1:${port}`;
  const start = () =>
    Bun.spawn([program, "--port", String(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder], {
      stdout: "ignore",
      stderr: "ignore",
    });
  let server = start();
  afterAll(async () => {
    server.kill();
    await server.exited;
    rmSync(folder, { recursive: true, force: true });
  });
  const open = () => redisBus({ url });

  busSuite({ test, open, openAnother: open });

  test("a server that comes back is heard again, and whoever listens takes a look", async () => {
    const bus = open();
    const heard: string[] = [];
    await bus.subscribe("a", (message) => heard.push(message));
    await bus.publish("a", "before");
    server.kill();
    await server.exited;
    await expect(bus.publish("a", "lost")).rejects.toMatchObject({ kind: "unavailable" });
    server = start();
    for (let waited = 0; !heard.includes("") && waited < 10_000; waited += 10) await Bun.sleep(10);
    await bus.publish("a", "after");
    for (let waited = 0; heard.at(-1) !== "after" && waited < 5000; waited += 10) await Bun.sleep(10);
    expect(heard).toEqual(["before", "", "after"]);
    await bus.close!();
  }, 20_000);
}
