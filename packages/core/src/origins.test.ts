import { expect, test } from "bun:test";
import { trustedOrigins } from "./origins.ts";

const settings = { appUrl: "https://api.example.com", corsOrigins: ["https://app.example.com"], allowedHosts: [] };

test("the public address and the allow-list are trusted, wherever the request went", () => {
  const origins = trustedOrigins(
    { ...settings, corsOrigins: ["*", "https://app.example.com"] },
    "http://evil.example/",
  );
  expect(origins).toEqual(["https://api.example.com", "https://app.example.com"]);
});

test("the requested address is trusted where its host is this server's", () => {
  const trusted = (url: string, allowedHosts: string[] = []): boolean =>
    trustedOrigins({ ...settings, allowedHosts }, url).includes(new URL(url).origin);
  for (const host of [
    "localhost",
    "127.0.0.1:8787",
    "[::1]:8787",
    "app.localhost",
    "192.168.1.5:8787",
    "api.example.com",
  ])
    expect([host, trusted(`http://${host}/`)]).toEqual([host, true]);
  for (const host of [
    "evil.example",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "api.example.com.evil.example",
  ])
    expect([host, trusted(`http://${host}/`)]).toEqual([host, false]);
  expect(trusted("http://box.local:8787/", ["box.local"])).toBe(true);
  expect(trusted("http://evil.example/", ["*"])).toBe(true);
});
