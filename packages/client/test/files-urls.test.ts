import { expect, test } from "bun:test";
import type { SentBytes } from "../src/files/index.ts";
import { codeOf, data, refusedBy, storageOf, stored } from "./files-server.ts";
import { withoutWaiting } from "./support.ts";

withoutWaiting();

test("a direct upload sends its parts without credentials, and again by new URLs", async () => {
  const part = (number: number, size: number, host: string) => ({
    number,
    size,
    url: `https://${host}/p${number}?s=1`,
  });
  const gone = () => new Response("<Error/>", { status: 403 });
  const { sent, storage } = storageOf([
    data({ id: "u1", parts: [part(1, 4, "store.test"), part(2, 3, "store.test")] }),
    gone,
    () => new Response(),
    data({ id: "u1", parts: [part(1, 4, "later.test")] }),
    () => new Response(),
    stored,
  ]);
  const heard: SentBytes[] = [];
  const options = { ifAbsent: true, inParts: true, onProgress: (one: SentBytes) => heard.push(one) } as const;
  expect(await storage.bucket("docs").uploadDirect("a.txt", "abcdefg", options)).toMatchObject({ id: "1" });
  expect(sent.map(({ method, address, body }) => [method, address, body])).toEqual([
    ["POST", "/api/uploads", sent[0]!.body],
    ["PUT", "/p1?s=1", "abcd"],
    ["PUT", "/p2?s=1", "efg"],
    ["GET", "/api/uploads/u1", ""],
    ["PUT", "/p1?s=1", "abcd"],
    ["POST", "/api/uploads/u1/complete", "{}"],
  ]);
  const begun = { bucket: "docs", path: "a.txt", size: 7, content_type: "text/plain", if_absent: true, in_parts: true };
  expect(JSON.parse(sent[0]!.body)).toEqual(begun);
  expect(heard).toEqual([
    { bytes: 3, total: 7 },
    { bytes: 7, total: 7 },
  ]);
  expect(sent.map(({ headers }) => headers.has("x-api-key"))).toEqual([true, false, false, true, false, true]);
});

test("a direct upload that fails is ended", async () => {
  const { sent, storage } = storageOf([
    data({ id: "u1", parts: [] }),
    refusedBy(422, "VALIDATION"),
    data({ id: "u1" }),
  ]);
  expect(await codeOf(storage.bucket("docs").uploadDirect("a.txt", ""))).toBe("VALIDATION");
  expect(sent.map(({ method, address }) => `${method} ${address}`)).toEqual([
    "POST /api/uploads",
    "POST /api/uploads/u1/complete",
    "DELETE /api/uploads/u1",
  ]);
});

test("a signed URL is asked for with what it is to allow", async () => {
  const answer = {
    url: "https://server.test/api/files/docs/a.txt?signature=x",
    expires_at: "2026-01-01T00:00:00.000Z",
  };
  const { sent, storage } = storageOf([data(answer)]);
  const options = { expiresIn: 60, disposition: "attachment", address: "203.0.113.7" } as const;
  expect(await storage.bucket("docs").signedUrl("a.txt", options)).toEqual(answer);
  expect([sent[0]!.method, sent[0]!.address, JSON.parse(sent[0]!.body)]).toEqual([
    "POST",
    "/api/files/sign",
    { bucket: "docs", path: "a.txt", expires_in: 60, disposition: "attachment", address: "203.0.113.7" },
  ]);
  expect(storage.bucket("docs").signedUrl("a.txt", { expires: 1 } as never)).rejects.toThrow("expires");
});
