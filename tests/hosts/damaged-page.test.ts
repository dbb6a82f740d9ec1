/** A page of the database's file that was overwritten, as by a failing disk. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openKey, send } from "../bank/open-key.ts";
import { type HostProcess, startHost } from "../matrix/host-process.ts";
import { openLab } from "../matrix/lab.ts";
import { build, servers } from "./hosts.ts";

const lab = await openLab({ postgres: false });
const PAGE = 4096;
const ROWS = 400;

beforeAll(() => build("node", "deno"));
afterAll(() => lab.close());

for (const { name, command } of servers(lab)) {
  if (!command) {
    test.skip(`a damaged page on ${name} — it is not installed`, () => {});
    continue;
  }
  const start = (cwd: string) => startHost({ command, env: { PLINTH_SECRET: "s".repeat(40) }, cwd });

  /** Two collections. The titles of one say which pages are theirs. */
  async function openLibrary(cwd: string) {
    const host = await start(cwd);
    const headers = await openKey({ url: host.baseUrl, setupToken: await host.setupToken() });
    for (const slug of ["books", "readers"]) {
      await send(`${host.baseUrl}/api/collections`, { slug, fields: [{ name: "title", type: "text" }] }, headers);
      const items = Array.from({ length: ROWS }, (_, n) => ({ title: `${slug}-${n}-${"x".repeat(200)}` }));
      await send(`${host.baseUrl}/api/items/${slug}`, items as never, headers);
    }
    return { host, headers };
  }

  async function mustBeSaid(host: HostProcess, headers: Record<string, string>): Promise<void> {
    const list = async (slug: string) => {
      const response = await fetch(`${host.baseUrl}/api/items/${slug}?limit=1000&fields=title`, { headers });
      const { data, error } = (await response.json()) as {
        data?: unknown[];
        error?: { code: string; details: object };
      };
      return [response.status, data?.length ?? error];
    };
    for (let i = 0; i < 20; i++) {
      expect(await list("books")).toMatchObject([503, { code: "UNAVAILABLE", details: { reason: "damaged" } }]);
    }
    expect(await list("readers")).toEqual([200, ROWS]);
    const ready = await fetch(`${host.baseUrl}/health/ready`);
    expect([ready.status, await ready.json()]).toMatchObject([503, { reason: "damaged" }]);
    expect((await fetch(`${host.baseUrl}/health/live`)).status).toBe(200);
    expect(host.logs().split("request failed").length - 1).toBeLessThanOrEqual(3);
  }

  test(`a page that was damaged while the server was stopped is a 503 that says so, on ${name}`, async () => {
    const cwd = lab.folder();
    const { host, headers } = await openLibrary(cwd);
    await host.stop();
    expect(damage(join(cwd, ".data/plinth.db"), "books")).toBeGreaterThan(0);
    const again = await start(cwd);
    await mustBeSaid(again, headers);
    await again.stop();
  });

  test(`a page that is damaged under a running server is a 503 that says so, on ${name}`, async () => {
    const cwd = lab.folder();
    const first = await openLibrary(cwd);
    await first.host.stop();
    // What was not read since the start is in no cache.
    const host = await start(cwd);
    expect((await fetch(`${host.baseUrl}/api/items/readers?limit=1`, { headers: first.headers })).status).toBe(200);
    expect(damage(join(cwd, ".data/plinth.db"), "books")).toBeGreaterThan(0);
    await mustBeSaid(host, first.headers);
    await host.stop();
  });
}

/** Overwrites the pages with a collection's items, not those of the log with the same texts: how many. */
function damage(file: string, slug: string): number {
  const bytes = readFileSync(file);
  let pages = 0;
  for (let at = 0; at < bytes.length; at += PAGE) {
    const page = bytes.subarray(at, at + PAGE);
    if (!page.includes(`${slug}-1`) || page.includes('"title"') || page.includes(`"${slug}`)) continue;
    page.fill(0xa5);
    pages++;
  }
  writeFileSync(file, bytes);
  return pages;
}
