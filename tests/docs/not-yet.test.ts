import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

import { FIELD_TYPE_NAMES, OPERATORS } from "@plinth/core";
import { SETTINGS } from "../../apps/server/src/settings.ts";
import { createClient } from "../../packages/client/src/index.ts";
import { notYetPage } from "../../scripts/not-yet/page.ts";
import { PLANNED, type Probe } from "../../scripts/not-yet/planned.ts";
import { type PageServer, ROOT, setUp, startServer } from "./server.ts";

/** docs/not-yet.md names nothing that exists. */

const PAGE = path.join(ROOT, "docs/not-yet.md");
const FOLDERS = ["packages/engine/src/features", "apps/server/src/protocols"];

type Names = Record<Exclude<keyof Probe, "address" | "refused">, readonly string[]>;

let server: PageServer;
let headers: Record<string, string>;
let names: Names;

beforeAll(async () => {
  server = await startServer();
  const { PLINTH_KEY } = await setUp(server.url);
  headers = { "x-api-key": PLINTH_KEY!, "content-type": "application/json" };
  const fields = [{ name: "name", type: "text" }];
  const made = await ask("POST", "/api/collections", { slug: "things", fields });
  expect(made.status).toBe(201);
  const openapi = (await (await ask("GET", "/api/openapi.json")).json()) as { paths: object };
  const client = createClient({ url: server.url });
  names = {
    path: Object.keys(openapi.paths),
    fieldType: [...FIELD_TYPE_NAMES],
    operator: [...OPERATORS],
    setting: Object.keys(SETTINGS),
    folder: FOLDERS.map((folder) => path.join(ROOT, folder)).flatMap((folder) =>
      existsSync(folder) ? readdirSync(folder) : [],
    ),
    client: Object.keys(client),
  };
});
afterAll(() => server.stop());

function ask(method: string, address: string, body?: unknown): Promise<Response> {
  return fetch(server.url + address, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) });
}

test("the page is the list", () => {
  const page = notYetPage(PLANNED);
  if (process.env.UPDATE_DOCS) writeFileSync(PAGE, page);
  expect(readFileSync(PAGE, "utf8")).toBe(page);
});

test("every kind of name that is searched has some, so that a probe can find what it looks for", () => {
  for (const kind of ["path", "fieldType", "operator", "setting", "folder", "client"] as const) {
    expect([kind, names[kind].length > 0]).toEqual([kind, true]);
  }
});

describe.each(Object.entries(PLANNED))("%s", (_area, rows) => {
  test.each(rows.map(({ what, probe }) => [what, probe] as const))("%s: not there", async (_what, probe) => {
    const { address, refused, ...patterns } = probe;
    const found = Object.entries(patterns).flatMap(([kind, pattern]) =>
      names[kind as keyof Names].filter((name) => (pattern as RegExp).test(name)),
    );
    expect(found).toEqual([]);
    if (address) expect((await ask("GET", address)).status).toBe(404);
    if (refused) expect((await ask(refused.method, refused.path, refused.body)).status).toBe(422);
  });
});
