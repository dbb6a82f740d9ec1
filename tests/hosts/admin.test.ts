import { afterAll, expect, test } from "bun:test";
import { openLab } from "../matrix/lab.ts";
import type { Running, Target } from "../matrix/target.ts";
import { bunSqlite } from "../matrix/targets/bun.ts";
import { denoSqlite } from "../matrix/targets/deno.ts";
import { lambdaPostgres } from "../matrix/targets/lambda.ts";
import { netlifyEdgeNeon } from "../matrix/targets/netlify-edge.ts";
import { nodeSqlite } from "../matrix/targets/node.ts";
import { vercelEdgeNeon } from "../matrix/targets/vercel-edge.ts";
import { vercelNodePostgres } from "../matrix/targets/vercel-node.ts";
import { workerdD1 } from "../matrix/targets/workerd.ts";
import { build } from "./hosts.ts";

/** Every host answers with the admin in the same way, whatever it has in place of files. */

const TARGETS = [
  bunSqlite,
  nodeSqlite,
  denoSqlite,
  workerdD1,
  vercelEdgeNeon,
  vercelNodePostgres,
  netlifyEdgeNeon,
  lambdaPostgres,
];
const lab = await openLab({ postgres: true });
afterAll(() => lab.close());

const POLICY = /^default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; /;

async function checkAdmin({ baseUrl }: Running): Promise<void> {
  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(baseUrl + path, { headers, redirect: "manual" });
  const pages = await Promise.all(["/admin", "/admin/", "/admin/t/default/collections?x=1"].map((path) => get(path)));
  const [page = "", ...others] = await Promise.all(pages.map((answer) => answer.text()));
  expect(others).toEqual([page, page]);
  for (const { status, headers } of pages) {
    expect([status, headers.get("content-type"), headers.get("cache-control")]).toEqual([
      200,
      "text/html; charset=utf-8",
      "no-cache",
    ]);
    expect(headers.get("content-security-policy")).toMatch(POLICY);
    expect(headers.get("cross-origin-opener-policy")).toBe("same-origin");
  }
  const again = await get("/admin", { "if-none-match": pages[0]!.headers.get("etag")! });
  expect([again.status, await again.text()]).toEqual([304, ""]);

  const script = /src="(\/admin\/assets\/first-[^"]+\.js)"/.exec(page)![1]!;
  const asset = await get(script, { "accept-encoding": "br" });
  expect([asset.status, asset.headers.get("cache-control")]).toEqual([200, "public, max-age=31536000, immutable"]);
  expect(asset.headers.get("content-type")).toStartWith("text/javascript");
  expect(asset.headers.get("x-content-type-options")).toBe("nosniff");
  // What was compressed arrives as it was.
  const plain = await get(script, { "accept-encoding": "identity" });
  const [code, same] = [await asset.text(), await plain.text()];
  expect(code.length).toBeGreaterThan(100_000);
  expect(code === same).toBe(true);

  for (const path of [
    "/admin/assets/none-1.js",
    "/admin/none.js",
    "/admin/files.json",
    "/admin/assets/none%2findex.html",
  ]) {
    const missing = await get(path);
    expect([path, missing.status, await missing.text()]).toEqual([path, 404, expect.not.stringContaining("<script")]);
  }
  const icon = await get("/admin/icon.svg");
  expect([icon.status, icon.headers.get("content-type")]).toEqual([200, "image/svg+xml"]);

  // Nobody has an account here yet.
  const start = await get("/", { accept: "text/html" });
  expect([start.status, start.headers.get("location")]).toEqual([303, "/setup"]);
  const program = await get("/", { accept: "*/*" });
  expect([program.status, await program.text()]).toEqual([200, expect.stringContaining("<h1>")]);
}

for (const target of TARGETS as readonly Target[]) {
  const lacking = target.missing(lab);
  test.skipIf(lacking !== undefined)(`${target.name}${lacking ? ` — ${lacking}` : ""}`, async () => {
    await build(...target.builds);
    const running = await target.start(lab);
    try {
      await checkAdmin(running);
    } finally {
      await running.stop();
    }
  });
}
