/** A disk that fills up under a server. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { openKey, send } from "../bank/open-key.ts";
import { startHost } from "../matrix/host-process.ts";
import { openLab } from "../matrix/lab.ts";
import { build, servers } from "./hosts.ts";

const lab = await openLab({ postgres: false });

beforeAll(() => build("node", "deno"), 60_000);
afterAll(() => lab.close());

/** A small disk, or undefined where this user may make none. */
function smallDisk(): string | undefined {
  const folder = join(lab.folder(), "disk");
  mkdirSync(folder);
  return spawnSync("mount", ["-t", "tmpfs", "-o", "size=4m", "tmpfs", folder]).status === 0 ? folder : undefined;
}

for (const { name, command } of servers(lab)) {
  const disk = command && smallDisk();
  if (!command || !disk) {
    test.skip(`a full disk on ${name} — ${command ? "no disk can be mounted here" : "it is not installed"}`, () => {});
    continue;
  }
  test(`a full disk is a 503 that says so, is told by the probe and logged once, on ${name}`, async () => {
    const host = await startHost({ command, env: { DATA_DIR: join(disk, "data") }, cwd: lab.folder() });
    const headers = await openKey({ url: host.baseUrl, setupToken: host.setupToken! });
    await send(`${host.baseUrl}/api/collections`, { slug: "notes", fields: [{ name: "j", type: "json" }] }, headers);
    const write = async () => {
      const response = await fetch(`${host.baseUrl}/api/items/notes`, {
        method: "POST",
        headers: { ...headers, "content-type": "application/json" },
        body: JSON.stringify({ j: { x: "x".repeat(20_000) } }),
      });
      const { error } = (await response.json()) as { error?: { code: string; details?: object } };
      return { status: response.status, error };
    };
    const ready = async () => {
      const response = await fetch(`${host.baseUrl}/health/ready`);
      return [response.status, ((await response.json()) as { reason?: string }).reason];
    };
    const ballast = join(disk, "ballast");
    spawnSync("dd", ["if=/dev/zero", `of=${ballast}`, "bs=64k"]);
    let last = await write();
    for (let i = 0; i < 300 && last.status === 201; i++) last = await write();
    expect([last.status, last.error?.code, last.error?.details]).toEqual([503, "UNAVAILABLE", { reason: "disk_full" }]);
    for (let i = 0; i < 50; i++) await write();
    expect(await ready()).toEqual([503, "disk_full"]);
    expect((await fetch(`${host.baseUrl}/api/items/notes?limit=1`, { headers })).status).toBe(200);
    expect(host.logs().split("request failed").length - 1).toBeLessThanOrEqual(3);
    rmSync(ballast);
    expect(await ready()).toEqual([200, undefined]);
    expect((await write()).status).toBe(201);
    await host.stop();
    spawnSync("umount", [disk]);
  }, 60_000);
}
