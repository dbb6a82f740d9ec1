/** A disk that fills up under a server. */

import { afterAll, beforeAll, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { until } from "@plinth/core/testing";
import { openKey, send } from "../bank/open-key.ts";
import { type HostProcess, startHost } from "../matrix/host-process.ts";
import { openLab } from "../matrix/lab.ts";
import { build, servers } from "./hosts.ts";

const lab = await openLab({ postgres: false });

beforeAll(() => build("node", "deno"));
const disks: string[] = [];
afterAll(() => {
  for (const disk of disks) spawnSync("umount", ["-l", disk]);
  return lab.close();
});

/** A small disk, or undefined where this user may make none. */
function smallDisk(size: string): string | undefined {
  const folder = join(lab.folder(), "disk");
  mkdirSync(folder);
  if (spawnSync("mount", ["-t", "tmpfs", "-o", `size=${size}`, "tmpfs", folder]).status !== 0) return undefined;
  disks.push(folder);
  return folder;
}

async function openNotes(host: HostProcess, bytes: number) {
  const headers = await openKey({ url: host.baseUrl, setupToken: await host.setupToken() });
  await send(`${host.baseUrl}/api/collections`, { slug: "notes", fields: [{ name: "j", type: "json" }] }, headers);
  return { headers, ...notesOf(host, headers, bytes) };
}

function notesOf({ baseUrl }: HostProcess, headers: Record<string, string>, bytes: number) {
  const ids: string[] = [];
  return {
    ids,
    async write() {
      const response = await fetch(`${baseUrl}/api/items/notes`, {
        method: "POST",
        headers: { ...headers, "content-type": "application/json" },
        body: JSON.stringify({ j: { x: "x".repeat(bytes) } }),
      });
      const { data, error } = (await response.json()) as {
        data?: { id: string };
        error?: { code: string; details?: object };
      };
      if (data) ids.push(data.id);
      return { status: response.status, error };
    },
    async delete(id: string) {
      return (await fetch(`${baseUrl}/api/items/notes/${id}`, { method: "DELETE", headers })).status;
    },
    async ready() {
      const response = await fetch(`${baseUrl}/health/ready`);
      return [response.status, ((await response.json()) as { reason?: string }).reason];
    },
  };
}

for (const { name, command } of servers(lab)) {
  const disk = command && smallDisk("4m");
  if (!command || !disk) {
    test.skip(`a full disk on ${name} — ${command ? "no disk can be mounted here" : "it is not installed"}`, () => {});
    continue;
  }
  test(`a full disk is a 503 that says so, is reported by the probe and logged once, on ${name}`, async () => {
    const host = await startHost({ command, env: { DATA_DIR: join(disk, "data") }, cwd: lab.folder() });
    const { headers, write, ready } = await openNotes(host, 20_000);
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
  });
}

for (const { name, command } of servers(lab)) {
  const disk = command && smallDisk("48m");
  if (!command || !disk) {
    test.skip(`room on a full disk on ${name} — ${command ? "no disk can be mounted here" : "it is not installed"}`, () => {});
    continue;
  }
  test(`items can be deleted on a full disk, and a shorter log gives its room back, on ${name}`, async () => {
    const data = join(disk, "data");
    const start = (env: Record<string, string>) =>
      startHost({ command, env: { DATA_DIR: data, PLINTH_SECRET: "s".repeat(40), ...env }, cwd: lab.folder() });
    const first = await start({});
    const { headers, write, ids, delete: remove } = await openNotes(first, 4000);
    await until(() => existsSync(join(data, "plinth.db-reserve")));
    for (let i = 0; i < 2500; i++) await write();
    expect(ids.length).toBe(2500);
    spawnSync("dd", ["if=/dev/zero", `of=${join(disk, "ballast")}`, "bs=4k"]);
    const fillUp = async () => {
      let last = await write();
      for (let i = 0; i < 3000 && last.status === 201; i++) last = await write();
      expect([last.status, last.error?.details]).toEqual([503, { reason: "disk_full" }]);
    };
    await fillUp();
    for (const id of ids.splice(0, 1500)) expect(await remove(id)).toBe(200);
    // Nobody else takes the room that deletions need.
    await fillUp();
    expect(await remove(ids.shift()!)).toBe(200);
    const size = statSync(join(data, "plinth.db")).size;
    expect(first.logs().split("request failed").length - 1).toBeLessThanOrEqual(3);
    await first.stop();
    const second = await start({ CHANGES_KEEP_ROWS: "1000" });
    const notes = notesOf(second, headers, 4000);
    await until(async () => (await notes.write()).status === 201);
    await until(() => statSync(join(data, "plinth.db")).size < size / 1.5);
    expect(await notes.ready()).toEqual([200, undefined]);
    expect(existsSync(join(data, "plinth.db-reserve"))).toBe(true);
    await second.stop();
  });
}
