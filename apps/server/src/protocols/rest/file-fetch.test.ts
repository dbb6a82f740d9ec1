import { afterAll, beforeAll, expect, test } from "bun:test";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { memoryFileStore } from "@plinth/adapters-memory";
import { isPrivateAddress } from "@plinth/core";
import { nodePublicFetch } from "../../platform/public-fetch.ts";
import { bearer, refusalIn, type TestApp, testApp } from "../../testing/app.ts";

let server: Server;
let port: number;
let world: TestApp;
let operator: Record<string, string>;
let ann: Record<string, string>;
const resolved: string[] = [];

/** What names mean, one answer after the other: the last one for good. */
const NAMES: Readonly<Record<string, string[]>> = {
  "files.example.com": ["127.0.0.9"],
  "inside.example.com": ["10.0.0.7"],
  "mapped.example.com": ["::ffff:10.0.0.7"],
  "nat64.example.com": ["64:ff9b::a00:7"],
  "metadata.example.com": ["169.254.169.254"],
  "multicast.example.com": ["224.0.0.1"],
  "mixed.example.com": ["127.0.0.9", "10.0.0.7"],
};

beforeAll(async () => {
  server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url!, "http://server.invalid");
    const to = searchParams.get("to");
    if (pathname === "/hello.txt") response.writeHead(200, { "content-type": "text/plain" }).end("hello");
    else if (pathname === "/large") response.writeHead(200, { "content-length": "2000" }).end("x".repeat(2000));
    else if (pathname === "/endless") {
      response.writeHead(200);
      const more = setInterval(() => response.write("x".repeat(500)), 1);
      response.on("close", () => clearInterval(more));
    } else if (pathname === "/gzip") response.writeHead(200, { "content-encoding": "gzip" }).end("x");
    else if (pathname === "/cut") {
      response.writeHead(200, { "content-length": "100" }).write("x", () => response.destroy());
    } else if (to) response.writeHead(302, { location: to }).end();
    else if (pathname === "/loop") response.writeHead(307, { location: "/loop" }).end();
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.9", resolve));
  ({ port } = server.address() as AddressInfo);
  const publicFetch = nodePublicFetch(
    async (name) => {
      resolved.push(name);
      return (NAMES[name] ?? []).map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
    },
    (address) => address !== "127.0.0.9" && isPrivateAddress(address),
  );
  const store = memoryFileStore();
  world = testApp({}, { files: async () => store, publicFetch });
  operator = bearer(await world.signUp("operator@example.com"));
  ann = bearer(await world.signUp("ann@example.com"));
  await world.send("/api/buckets", { name: "closed" }, operator);
  const opened = await world.send("/api/buckets", { name: "open", from_urls: true, max_bytes: 1000 }, operator);
  expect(((await opened.json()) as { data: object }).data).toMatchObject({ from_urls: true });
});
afterAll(() => server.closeAllConnections());

const at = (path: string, host = "files.example.com") => `http://${host}:${port}${path}`;
const fetchInto = (url: string, { bucket = "open", path = "a.txt", as = operator, headers = {} } = {}) =>
  world.send("/api/files/fetch", { url, bucket, path }, { ...as, ...headers });
const refusal = async (...args: Parameters<typeof fetchInto>) => refusalIn(await fetchInto(...args));

test("a file is stored from an address, redirects included", async () => {
  const made = await fetchInto(at(`/r?to=${encodeURIComponent("/hello.txt")}`));
  expect(made.status).toBe(201);
  const { data } = (await made.json()) as { data: object };
  expect(data).toMatchObject({ path: "a.txt", size: 5, content_type: "text/plain" });
  const read = await world.call("/api/files/open/a.txt", { headers: operator });
  expect(await read.text()).toBe("hello");
  expect(await refusal(at("/hello.txt"), { headers: { "if-none-match": "*" } })).toEqual([412, "PRECONDITION_FAILED"]);
  expect((await fetchInto(at("/hello.txt"))).status).toBe(200);
});

test("no request leaves for who may not store the file, or where the bucket is closed", async () => {
  resolved.length = 0;
  expect(await refusal(at("/hello.txt"), { as: {} })).toEqual([401, "UNAUTHORIZED"]);
  expect(await refusal(at("/hello.txt"), { as: ann })).toEqual([403, "FORBIDDEN"]);
  expect(await refusal(at("/hello.txt"), { bucket: "closed" })).toEqual([403, "FORBIDDEN", "bucket"]);
  expect(await refusal(at("/hello.txt"), { bucket: "absent" })).toEqual([404, "NOT_FOUND", "bucket"]);
  expect(await refusal(at("/hello.txt"), { path: "../a" })).toEqual([422, "VALIDATION", "path"]);
  expect(resolved).toEqual([]);
});

test("no address of a private network is asked, by its name, as a redirect, or as one of several", async () => {
  const names = Object.keys(NAMES).filter((name) => name !== "files.example.com");
  const named = names.map((name) => at("/hello.txt", name));
  const written = [
    "127.0.0.1",
    "10.0.0.7",
    "[::1]",
    "[::ffff:7f00:1]",
    "[64:ff9b::a00:7]",
    "0x7f.1",
    "2130706433",
    "localhost",
  ];
  for (const url of [...named, ...written.map((host) => at("/hello.txt", host))]) {
    expect([url, ...(await refusal(url))]).toEqual([url, 422, "VALIDATION", "url"]);
    const redirect = at(`/r?to=${encodeURIComponent(url)}`);
    expect([url, ...(await refusal(redirect))]).toEqual([url, 422, "VALIDATION", "url"]);
  }
});

test("the connection goes to the address that was checked", async () => {
  // The name has no other meaning for anybody else: only the checked address leads to the server.
  resolved.length = 0;
  expect((await fetchInto(at("/hello.txt"), { path: "pinned.txt" })).status).toBe(201);
  expect(resolved).toEqual(["files.example.com"]);
});

test("other schemes, credentials, errors, loops and what is too large or cut store nothing", async () => {
  const url: Awaited<ReturnType<typeof refusal>> = [422, "VALIDATION", "url"];
  for (const one of ["file:///etc/passwd", "data:text/plain,x", "ftp://files.example.com/a", "no address"])
    expect([one, ...(await refusal(one, { path: "x" }))]).toEqual([one, ...url]);
  expect(await refusal(`http://user:secret@files.example.com:${port}/hello.txt`, { path: "x" })).toEqual(url);
  for (const path of ["/none", "/loop", "/gzip"]) expect(await refusal(at(path), { path: "x" })).toEqual(url);
  expect(await refusal("http://unknown.example.com/", { path: "x" })).toEqual(url);
  for (const path of ["/large", "/endless"])
    expect(await refusal(at(path), { path: "x" })).toEqual([413, "BODY_TOO_LARGE"]);
  expect(await refusal(at("/cut"), { path: "x" })).toEqual(url);
  expect((await world.call("/api/files/open/x", { headers: operator })).status).toBe(404);
});
