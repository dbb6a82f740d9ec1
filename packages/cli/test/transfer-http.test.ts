import { beforeAll, describe, expect, test } from "bun:test";
import { serverForTests } from "./server.ts";

// The routes behind the commands, over a real connection: streams, statuses and headers.

const { server } = serverForTests();
beforeAll(async () => {
  const fields = [
    { name: "name", type: "text" },
    { name: "n", type: "integer", unique: true },
  ];
  await server.api("/api/collections", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ slug: "things", fields }),
  });
});

const post = (query: string, body: BodyInit, headers: Record<string, string> = {}) =>
  server.api(`/api/items/things/import${query}`, { method: "POST", body, headers });

async function refusalOf(response: Response | Promise<Response>) {
  const { status } = await response;
  const { error } = (await (await response).json()) as { error: { code: string; details?: { field?: string } } };
  return [status, error.code, error.details?.field];
}

describe("import", () => {
  test("tells the format from the content type or the parameter", async () => {
    const bodies: [string, string, string][] = [
      ["", "text/csv", "name\na\n"],
      ["", "application/json", '[{"name":"a"}]'],
      ["", "application/x-ndjson", '{"name":"a"}\n'],
      ["?format=ndjson", "text/plain", '{"name":"a"}\n'],
    ];
    for (const [query, type, body] of bodies) {
      const response = await post(query, body, { "content-type": type });
      expect([response.status, await response.json()]).toEqual([
        200,
        { data: { total: 1, inserted: 1, failed: 0, errors: [], dry_run: false } },
      ]);
    }
  });

  test("refuses what it does not understand by name, before anything is written", async () => {
    expect(await refusalOf(post("", "x", { "content-type": "text/plain" }))).toEqual([
      415,
      "UNSUPPORTED_MEDIA_TYPE",
      undefined,
    ]);
    const brotli = { "content-type": "text/csv", "content-encoding": "br" };
    expect(await refusalOf(post("", "name\na\n", brotli))).toEqual([415, "UNSUPPORTED_MEDIA_TYPE", "content-encoding"]);
    expect(await refusalOf(post("?format=xml", "x"))).toEqual([422, "VALIDATION", "format"]);
    expect(await refusalOf(post("?format=csv&nope=1", "x"))).toEqual([422, "UNKNOWN_PARAMETER", "nope"]);
    expect(await refusalOf(post("?format=csv&mode=upsert", "x"))).toEqual([422, "VALIDATION", "mode"]);
    expect(await refusalOf(post("?format=csv&dry_run=1", "x"))).toEqual([422, "VALIDATION", "dry_run"]);
    expect(await refusalOf(post("?format=csv&map=[]", "x"))).toEqual([422, "VALIDATION", "map"]);
    expect(await refusalOf(post("?format=csv", "name,zzz\na,1"))).toEqual([422, "UNKNOWN_FIELD", "zzz"]);
    expect(await refusalOf(post("?format=json", '[{"name":"a"},'))).toEqual([400, "MALFORMED_JSON", undefined]);
    expect(await refusalOf(post("?format=json", '{"name":"a"}'))).toEqual([422, "VALIDATION", "body"]);
    const stranger = fetch(`${server.url}/api/items/things/import?format=csv`, { method: "POST", body: "name\na" });
    expect((await refusalOf(stranger)).slice(0, 2)).toEqual([401, "UNAUTHORIZED"]);
    const nowhere = server.api("/api/items/nowhere/import?format=csv", { method: "POST", body: "name\na" });
    expect(await refusalOf(nowhere)).toEqual([404, "COLLECTION_NOT_FOUND", "collection"]);
  });

  test("takes gzip, said or not, and refuses what is damaged", async () => {
    const zipped = Bun.gzipSync("name\ngzip-1\ngzip-2\n");
    for (const headers of [{}, { "content-encoding": "gzip" }] as Record<string, string>[]) {
      const response = await post("?format=csv", zipped, headers);
      expect(await response.json()).toMatchObject({ data: { total: 2, inserted: 2 } });
    }
    expect(await refusalOf(post("?format=csv", zipped.subarray(0, 12)))).toEqual([400, "BAD_REQUEST", "body"]);
    const broken = new Uint8Array([0x1f, 0x8b, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(await refusalOf(post("?format=csv", broken))).toEqual([400, "BAD_REQUEST", "body"]);
  });

  test("takes more than the body limit, and answers early without reading it all", async () => {
    const big = `name,n\n${Array.from({ length: 40_000 }, (_, i) => `${"x".repeat(100)},${i}`).join("\n")}`;
    const response = await post("?format=csv", big);
    expect(await response.json()).toMatchObject({ data: { total: 40_000, inserted: 40_000 } });
    expect((await refusalOf(post("?format=csv", `zzz\n${"x,1\n".repeat(2_000_000)}`))).slice(0, 2)).toEqual([
      422,
      "UNKNOWN_FIELD",
    ]);
  });

  test("streams progress to who asks for it, with the result as the last line", async () => {
    const encoder = new TextEncoder();
    const slow = new ReadableStream<Uint8Array>({
      async start(controller) {
        for (let i = 0; i < 4; i++) {
          const rows = Array.from({ length: 600 }, (_, r) => `{"name":"s${i}-${r}"}`).join("\n");
          controller.enqueue(encoder.encode(`${rows}\n`));
          await Bun.sleep(300);
        }
        controller.close();
      },
    });
    const response = await post("?format=ndjson", slow, { accept: "application/x-ndjson" });
    expect(response.headers.get("content-type")).toContain("application/x-ndjson");
    const lines = (await response.text())
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines.at(-1)).toEqual({ data: { total: 2400, inserted: 2400, failed: 0, errors: [], dry_run: false } });
    expect(lines.length).toBeGreaterThan(2);
    expect(lines.slice(0, -1).every((line) => line.progress.inserted <= line.progress.total)).toBe(true);
    const refused = post("?format=csv", "zzz\n1", { accept: "application/x-ndjson" });
    expect(await refusalOf(refused)).toEqual([422, "UNKNOWN_FIELD", "zzz"]);
  });
});

describe("export", () => {
  test("is a download with its format's type", async () => {
    const response = await server.api("/api/items/things/export?format=csv&filter=%7B%22n%22%3A1%7D&fields=n");
    expect(response.headers.get("content-type")).toBe("text/csv; charset=utf-8; header=present");
    expect(response.headers.get("content-disposition")).toBe('attachment; filename="things.csv"');
    expect(response.headers.get("x-request-id")).toBeTruthy();
    expect((await response.text()).split("\r\n")[1]).toMatch(/^[\w-]{36},1$/);
  });

  test("refuses with a status, as nothing was sent yet", async () => {
    const get = (query: string) => refusalOf(server.api(`/api/items/things/export${query}`));
    expect(await get("?limit=1")).toEqual([422, "UNKNOWN_PARAMETER", "limit"]);
    expect(await get("?filter={")).toEqual([422, "VALIDATION", "filter"]);
    expect((await get("?sort=zzz"))[1]).toBe("UNKNOWN_FIELD");
  });

  test("ends when nobody reads on", async () => {
    const stop = new AbortController();
    const response = await server.api("/api/items/things/export?format=ndjson", { signal: stop.signal });
    await response.body!.getReader().read();
    stop.abort();
    expect((await server.api("/api/items/things?limit=1")).status).toBe(200);
  });
});
