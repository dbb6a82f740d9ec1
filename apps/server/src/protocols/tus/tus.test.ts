import { beforeAll, expect, test } from "bun:test";
import { memoryFileStore } from "@plinth/adapters-memory";
import { sendResumable } from "@plinth/core";
import { bearer, refusalIn, type TestApp, testApp } from "../../testing/app.ts";

let world: TestApp;
let operator: Record<string, string>;

beforeAll(async () => {
  const store = memoryFileStore();
  world = testApp({ corsOrigins: ["https://page.example"] }, { files: async () => store });
  operator = bearer(await world.signUp("operator@example.com"));
  expect((await world.send("/api/buckets", { name: "films" }, operator)).status).toBe(201);
});

const VERSION = { "tus-resumable": "1.0.0" };
const metadata = (path: string): string => `bucket ${btoa("films")},path ${btoa(path)}`;
const begin = (path: string, headers: Record<string, string> = {}, body?: BodyInit) =>
  world.call("/api/tus", {
    method: "POST",
    headers: { ...operator, ...VERSION, "upload-metadata": metadata(path), ...headers },
    ...(body !== undefined && { body }),
  });
const at = (answer: Response): string => `/api/${answer.headers.get("location")}`;
const chunk = { "content-type": "application/offset+octet-stream" };

test("OPTIONS says what the server can do, and pages may read the headers", async () => {
  const abilities = await world.call("/api/tus", { method: "OPTIONS" });
  expect([abilities.status, Object.fromEntries(abilities.headers)]).toMatchObject([
    204,
    {
      "tus-version": "1.0.0",
      "tus-extension":
        "creation,creation-with-upload,creation-defer-length,termination,expiration,checksum,concatenation",
      "tus-max-size": String(256 * 1024 * 1024),
      "tus-checksum-algorithm": "sha1,sha256,crc32",
    },
  ]);
  const origin = { origin: "https://page.example" };
  const asks = {
    ...origin,
    "access-control-request-method": "PATCH",
    "access-control-request-headers": "upload-offset",
  };
  const preflight = await world.call("/api/tus/x", { method: "OPTIONS", headers: asks });
  expect(preflight.headers.get("access-control-allow-methods")).toContain("PATCH");
  expect(preflight.headers.get("access-control-allow-headers")).toContain("upload-offset");
  const answer = await begin("cors.txt", { ...origin, "upload-length": "0" });
  expect(answer.headers.get("access-control-expose-headers")).toContain("upload-offset");
  expect(answer.headers.get("content-location")).toBe("/api/files/films/cors.txt");
});

test("pieces become a file, and nothing else does", async () => {
  const piece = async (body: string) =>
    at(await begin("pieces", { ...chunk, "upload-concat": "partial", "upload-length": String(body.length) }, body));
  const addresses = `final;${await piece("abc")} https://example.com${await piece("de")}`;
  const joined = await begin("joined.txt", { "upload-concat": addresses });
  expect([joined.status, joined.headers.get("upload-offset")]).toEqual([201, "5"]);
  const file = await world.call("/api/files/films/joined.txt", { headers: operator });
  expect(await file.text()).toBe("abcde");
  const late = { ...operator, ...VERSION, ...chunk, "upload-offset": "5" };
  const patched = await world.call(at(joined), { method: "PATCH", headers: late, body: "f" });
  expect([patched.headers.get("tus-resumable"), ...(await refusalIn(patched))]).toEqual(["1.0.0", 403, "FORBIDDEN"]);
  const none = await world.call("/api/files/films/pieces", { headers: operator });
  expect(none.status).toBe(404);
});

test("a session that ends while the last bytes arrive ends no upload: it goes on with a new one", async () => {
  for (const action of ["create", "read"]) {
    const rule = { role: "authenticated", collection: "files", action, condition: { owner_id: "$user.id" } };
    expect((await world.send("/api/permissions", rule, operator)).status).toBe(201);
  }
  const old = bearer(await world.signUp("ann@example.com"));
  const begun = await begin("token.txt", { ...old, "upload-length": "2" });
  const parts: string[] = ["a", "b"];
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (parts.length === 1) await world.send("/api/auth/sign-out", {}, old);
      const part = parts.shift();
      if (part === undefined) controller.close();
      else controller.enqueue(new TextEncoder().encode(part));
    },
  });
  const headers = { ...VERSION, ...chunk, "upload-offset": "0" };
  const late = await world.call(at(begun), { method: "PATCH", headers: { ...old, ...headers }, body });
  expect(await refusalIn(late)).toEqual([401, "UNAUTHORIZED"]);
  expect((await world.call(at(begun), { method: "HEAD", headers: { ...old, ...VERSION } })).status).toBe(401);
  const again = await world.send("/api/auth/sign-in/email", { email: "ann@example.com", password: "correct horse" });
  const renewed = bearer(((await again.json()) as { token: string }).token);
  const state = await world.call(at(begun), { method: "HEAD", headers: { ...renewed, ...VERSION } });
  expect([state.headers.get("upload-offset"), state.headers.get("content-location")]).toEqual([
    "2",
    "/api/files/films/token.txt",
  ]);
});

test("clients that cannot send PATCH say so in a header", async () => {
  const begun = await begin("override.txt", { "upload-length": "2" });
  const headers = { ...operator, ...VERSION, ...chunk, "upload-offset": "0", "x-http-method-override": "PATCH" };
  expect((await world.call(at(begun), { method: "POST", headers, body: "ab" })).status).toBe(204);
});

test("a large file arrives whole although every second answer is lost", async () => {
  const content = new Uint8Array(16 * 1024 * 1024 + 10);
  for (let at = 0; at < content.length; at += 4096) content[at] = (at / 4096) % 251;
  let sent = 0;
  const id = await sendResumable({
    content: new Blob([content]),
    metadata: { bucket: "films", path: "large.bin" },
    statusOf: () => 0,
    async send({ method, path, headers, body }) {
      const answer = await world.call(`/${path}`, {
        method,
        headers: { ...operator, ...headers },
        ...(body && { body }),
      });
      if (!answer.ok) throw new Error(`${method}: ${answer.status} ${await answer.text()}`);
      if (++sent % 2 === 0) throw new Error("lost");
      return answer.headers;
    },
  });
  const stored = await world.call("/api/files/films/large.bin", { headers: operator });
  expect(Buffer.compare(new Uint8Array(await stored.arrayBuffer()), content)).toBe(0);
  expect((await world.call(`/api/tus/${id}`, { headers: operator })).headers.get("upload-offset")).toBe(
    String(content.length),
  );
});
