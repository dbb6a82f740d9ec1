/** The data of an embedded database are deleted, moved or replaced under its server. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { openKey, send } from "../bank/open-key.ts";
import { startHost } from "../matrix/host-process.ts";
import { openLab } from "../matrix/lab.ts";
import { build, servers } from "./hosts.ts";

const lab = await openLab({ postgres: false });

beforeAll(() => build("node", "deno"));
afterAll(() => lab.close());

const PERSON = { name: "Eve", email: "eve@example.com", password: "correct horse battery" };
const LOSSES: Record<string, (folder: string) => void> = {
  "a deleted folder": (folder) => rmSync(folder, { recursive: true }),
  "a moved folder with an empty one in its place": (folder) => {
    renameSync(folder, `${folder}-moved`);
    mkdirSync(folder);
  },
  "a deleted log": (folder) => rmSync(join(folder, "plinth.db-wal")),
};

for (const { name, command } of servers(lab)) {
  if (!command) {
    test.skip(`a lost folder on ${name} — its package is not installed`, () => {});
    continue;
  }
  describe(name, () => {
    for (const [loss, lose] of Object.entries(LOSSES)) {
      test(`${loss} is noticed within a second: no write is acknowledged, and it is not ready`, async () => {
        const { host, folder, headers } = await start(command, {});
        lose(folder);
        const write = await post(`${host.baseUrl}/api/items/notes`, { title: "b" }, headers);
        expect([write.status, write.code]).toEqual([503, "UNAVAILABLE"]);
        await Bun.sleep(900);
        expect((await fetch(`${host.baseUrl}/health/ready`)).status).toBe(503);
        expect((await fetch(`${host.baseUrl}/health/live`)).status).toBe(200);
        const stranger = await post(`${host.baseUrl}/api/auth/sign-up/email`, PERSON, {});
        expect(stranger.status).toBeGreaterThanOrEqual(400);
        await host.stop();
      });
    }

    test("an empty database in place of one that had an operator is set up by the link alone, and says so", async () => {
      const { host, folder, cwd } = await start(command, {});
      await host.stop();
      rmSync(folder, { recursive: true });
      const again = await startHost({ command, env: {}, cwd });
      const setupToken = await again.setupToken();
      expect(again.logs()).toContain("the one in its place before has had an operator");
      const url = `${again.baseUrl}/api/auth/sign-up/email`;
      expect((await post(url, PERSON, {})).code).toBe("SETUP_REQUIRED");
      const withLink = await post(url, PERSON, { "x-plinth-setup-token": setupToken });
      expect(withLink.status).toBe(200);
      await again.stop();
    });

    test("a new database is set up on its own machine, and records that outside of its folder", async () => {
      const cwd = lab.folder();
      const host = await startHost({ command, env: {}, cwd });
      expect(existsSync(join(cwd, ".data.operator"))).toBe(false);
      expect((await post(`${host.baseUrl}/api/auth/sign-up/email`, PERSON, {})).status).toBe(200);
      expect(existsSync(join(cwd, ".data.operator"))).toBe(true);
      await host.stop();
    });
  });
}

test("a PGlite folder that is deleted takes no more writes", async () => {
  const [bun] = servers(lab);
  const { host, folder, headers } = await start(bun!.command!, { DATABASE_URL: "pglite://" });
  rmSync(folder, { recursive: true });
  expect((await post(`${host.baseUrl}/api/items/notes`, { title: "b" }, headers)).status).toBe(503);
  expect((await fetch(`${host.baseUrl}/health/ready`)).status).toBe(503);
  await host.stop();
});

async function start(command: readonly string[], env: Record<string, string>) {
  const cwd = lab.folder();
  const host = await startHost({ command, env, cwd });
  const headers = await openKey({ url: host.baseUrl, setupToken: await host.setupToken() });
  await send(`${host.baseUrl}/api/collections`, { slug: "notes", fields: [{ name: "title", type: "text" }] }, headers);
  const write = await post(`${host.baseUrl}/api/items/notes`, { title: "a" }, headers);
  expect(write.status).toBe(201);
  return { host, headers, cwd, folder: join(cwd, ".data") };
}

async function post(url: string, body: object, headers: Record<string, string>) {
  const response = await fetch(url, {
    method: "POST",
    headers: { ...headers, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const { error } = (await response.json()) as { error?: { code: string } };
  return { status: response.status, code: error?.code };
}
