import { expect, test } from "bun:test";
import {
  fetchBounded,
  isPrivateHost,
  type OutgoingError,
  outgoingProblem,
  type PublicFetch,
  postBounded,
} from "../src/index.ts";

test("private hosts are known in every form in which URL writes them", () => {
  const hosts = [
    "http://localhost",
    "http://a.localhost",
    "http://127.1",
    "http://2130706433",
    "http://0x7f.0.0.1",
    "http://0",
    "http://10.1.2.3",
    "http://172.16.0.1",
    "http://192.168.1.1",
    "http://169.254.169.254",
    "http://168.63.129.16",
    "http://100.64.0.1",
    "http://[::1]",
    "http://[::ffff:10.0.0.1]",
    "http://[fd00::1]",
    "http://[fe80::1]",
    "http://[64:ff9b::a00:1]",
    "http://[2002:a00:1::]",
    "http://database",
    "http://metadata.google.internal",
    "http://printer.local.",
  ];
  for (const host of hosts) expect([host, isPrivateHost(new URL(host).hostname)]).toEqual([host, true]);
  for (const host of ["https://example.com", "https://8.8.8.8", "https://172.32.0.1", "https://[2606:4700::1111]"]) {
    expect([host, isPrivateHost(new URL(host).hostname)]).toEqual([host, false]);
  }
});

test("an address is https, without credentials, and public unless private ones are allowed", () => {
  expect(outgoingProblem("https://login.example.com/x", false)).toBeUndefined();
  expect(outgoingProblem("http://login.example.com", false)).toContain("https");
  expect(outgoingProblem("https://u:p@login.example.com", true)).toContain("credentials");
  expect(outgoingProblem("https://10.0.0.1", false)).toContain("private");
  expect(outgoingProblem("http://10.0.0.1", true)).toBeUndefined();
  for (const odd of ["file:///etc/passwd", "javascript:1", "login.example.com", ""]) {
    expect([odd, outgoingProblem(odd, true)]).toEqual([odd, "must be an https address"]);
  }
});

test("an answer is bounded in size and time, and no redirect is followed", async () => {
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: ({ url }) => {
      const { pathname } = new URL(url);
      if (pathname === "/moved") return new Response(null, { status: 302, headers: { location: "/small" } });
      if (pathname === "/slow") return new Response(new ReadableStream({ pull: () => new Promise(() => {}) }));
      return new Response("x".repeat(pathname === "/small" ? 10 : 5000));
    },
  });
  const ask = (path: string, mayBePrivate = true) =>
    fetchBounded(`http://127.0.0.1:${server.port}${path}`, {}, { timeoutMs: 300, maxBytes: 1000, mayBePrivate }).then(
      ({ text }) => text,
      (error: unknown) => (error as OutgoingError).reason,
    );
  expect(await ask("/small")).toBe("x".repeat(10));
  expect(await ask("/large")).toBe("too_large");
  expect(await ask("/moved")).toBe("redirect");
  expect(await ask("/slow")).toBe("timeout");
  expect(await ask("/small", false)).toBe("address");
  await server.stop(true);
  expect(await ask("/small")).toBe("unreachable");
});

test("a message goes by the port that checks addresses, but to private hosts that may be asked; its answer is cut", async () => {
  const asked: string[] = [];
  const publicFetch: PublicFetch = async ({ href }, { method, body }) => {
    asked.push(`${method} ${href} ${body}`);
    return { status: 200, headers: new Headers(), body: new Response("x".repeat(50)).body };
  };
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: async (request) => new Response(await request.text()),
  });
  const host = `127.0.0.1:${server.port}`;
  const limits = { timeoutMs: 10_000, maxBytes: 20, isCut: true, mayBePrivate: new Set([host]), publicFetch };
  const send = (url: string) => postBounded(url, { headers: {}, body: "y".repeat(30) }, limits);
  expect((await send("https://example.com/a")).text).toBe("x".repeat(20));
  expect((await send(`http://${host}/b`)).text).toBe("y".repeat(20));
  expect(asked).toEqual([`POST https://example.com/a ${"y".repeat(30)}`]);
  expect(await send("https://10.0.0.1").catch((error: OutgoingError) => error.reason)).toBe("address");
  await server.stop(true);
});

test("of private hosts, those of a list are allowed, by name and port, and no other", () => {
  const listed = new Set(["keycloak.internal", "10.0.0.7:8080", "10.0.0.8:80", "10.0.0.9:443", "[::1]:9"]);
  for (const url of [
    "http://keycloak.internal/realms/x",
    "https://keycloak.internal:8443",
    "http://10.0.0.7:8080/x",
    "http://10.0.0.8",
    "https://10.0.0.9/x",
    "http://[::1]:9",
    "https://example.com",
  ]) {
    expect([url, outgoingProblem(url, listed)]).toEqual([url, undefined]);
  }
  for (const url of [
    "http://10.0.0.7",
    "https://10.0.0.8",
    "http://a.keycloak.internal",
    "http://keycloak.internal.example.com",
    "https://10.0.0.70:8080",
    "http://example.com",
  ]) {
    expect([url, outgoingProblem(url, listed)]).toEqual([url, expect.stringContaining("must")]);
  }
  expect(outgoingProblem("http://u:p@keycloak.internal", listed)).toContain("credentials");
});
