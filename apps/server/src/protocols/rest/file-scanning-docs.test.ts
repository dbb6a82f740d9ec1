import { afterAll, afterEach, expect, test } from "bun:test";
import { rmSync } from "node:fs";
import path from "node:path";
import { memoryFileStore } from "@plinth/adapters-memory";
import { APP_URL } from "../../testing/app.ts";
import { openWithHooks, stopReceiver } from "../../testing/hooks.ts";

const SERVER = path.join(import.meta.dir, "../../..");
const PAGE = path.join(SERVER, "../../docs/file-scanning.md");
/** Where the page's import finds its package. */
const PROGRAM = path.join(SERVER, `node_modules/.file-scanning-docs-${process.pid}.ts`);
const EICAR = ["X5O!P%@AP[4\\PZX54(P^)7CC)7}", "$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"].join("");

const realFetch = globalThis.fetch;
afterEach(() => {
  stopReceiver();
  globalThis.fetch = realFetch;
});
afterAll(() => rmSync(PROGRAM, { force: true }));

test("the scanner of the page refuses the test file of EICAR, and accepts another", async () => {
  const [, source] = /```ts\n(.*?)```/s.exec(await Bun.file(PAGE).text())!;
  await Bun.write(PROGRAM, source!);
  const store = memoryFileStore();
  let scanner: (request: Request) => Promise<Response>;
  const world = await openWithHooks(
    ({ body, headers }) => scanner(new Request(world.url, { method: "POST", body, headers })),
    { files: async () => store },
  );
  const { call, send, operator } = world;
  // The app of a test listens at no port.
  globalThis.fetch = Object.assign(
    (input: RequestInfo | URL, init?: RequestInit) =>
      String(input).startsWith(`${APP_URL}/`) ? call(String(input)) : realFetch(input, init),
    realFetch,
  );
  process.env.HOOK_SECRET = (await world.rotate()).secret;
  scanner = ((await import(PROGRAM)) as { default: { fetch: typeof scanner } }).default.fetch;
  const bucket = { name: "inbox", scan: true, public: true };
  const early = await send("/api/t/acme/buckets", bucket, operator);
  expect([early.status, ((await early.json()) as { error: object }).error]).toMatchObject([
    422,
    { code: "VALIDATION", details: { field: "scan" } },
  ]);
  expect((await world.change({ file_scan: world.url })).status).toBe(200);
  expect((await send("/api/t/acme/buckets", bucket, operator)).status).toBe(201);
  const put = async (name: string, body: string) => {
    const address = `/api/t/acme/files/inbox/${name}`;
    const stored = await call(address, { method: "PUT", body, headers: operator });
    const { data } = (await stored.json()) as { data: { state: string } };
    return [stored.status, data.state, (await call(address)).status] as const;
  };
  expect(await put("letter.txt", "Dear Ann")).toEqual([201, "ready", 200]);
  expect(await put("virus.com", EICAR)).toEqual([201, "quarantined", 404]);
  expect(await world.events("hook_refusal")).toMatchObject([
    { detail: { hook: "file_scan", bucket: "inbox", path: "virus.com", reason: "EICAR test file" } },
  ]);
});
