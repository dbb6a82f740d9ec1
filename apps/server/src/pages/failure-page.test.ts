import { beforeAll, expect, test } from "bun:test";
import { bearer, type TestApp, testApp } from "../testing/app.ts";

/** What a browser shows where a page cannot be shown. */

let world: TestApp;
let owner: Record<string, string>;
const BROWSER = { accept: "text/html,application/xhtml+xml,*/*;q=0.8" };

beforeAll(async () => {
  world = testApp();
  owner = bearer(await world.signUp("owner@example.com"));
  for (const slug of ["old", "gone"]) await world.send("/api/workspaces", { slug, name: slug }, owner);
  await world.send("/api/workspaces/old/archive", {}, owner);
  await world.send("/api/workspaces/gone?confirm=gone", undefined, owner, "DELETE");
});

const page = async (path: string, headers: Record<string, string> = BROWSER) => {
  const response = await world.call(path, { headers });
  const type = response.headers.get("content-type")!.split(";")[0];
  return { status: response.status, type, headers: response.headers, text: await response.text() };
};

test("an archived workspace has a calm page, with the way for whoever runs the server", async () => {
  for (const path of ["/t/old/sign-in", "/t/old/account", "/t/old/invitation?token=x"]) {
    const { status, type, text } = await page(path);
    expect([path, status, type]).toEqual([path, 403, "text/html"]);
    expect(text).toContain("<h1>This site is closed for now.</h1>");
    expect(text).toContain('href="/admin/t/default/workspaces/old"');
    expect(text).toContain("WORKSPACE_ARCHIVED");
  }
  expect((await page("/t/old/sign-in?lang=de")).text).toContain("Diese Seite ist vorübergehend geschlossen.");
});

test("a deleted workspace and one that never was are the same page", async () => {
  const [gone, never] = await Promise.all(["/t/gone/sign-in", "/t/never/sign-in"].map((path) => page(path)));
  const plain = (text: string) => text.replaceAll(/nonce="[^"]*"|[0-9a-f-]{36}/g, "");
  expect([gone!.status, never!.status]).toEqual([404, 404]);
  expect(gone!.text).toContain("<h1>There is nothing at this address.</h1>");
  expect(gone!.text).toContain('href="/admin/t/default/workspaces"');
  expect(plain(gone!.text)).toBe(plain(never!.text));
});

test("an address of nothing has a page, which may run nothing and is not kept", async () => {
  const { status, headers, text } = await page("/there-is-nothing");
  expect([status, headers.get("cache-control")]).toEqual([404, "no-store"]);
  expect(headers.get("content-security-policy")).toContain("default-src 'none'");
  expect(text).toContain(headers.get("x-request-id")!);
  expect(text).not.toContain("/admin/t/");
});

test("programs, and whoever asks the API, get the error as JSON", async () => {
  expect(await page("/t/old/sign-in", {})).toMatchObject({ status: 403, type: "application/json" });
  expect(await page("/api/t/old/me")).toMatchObject({ status: 403, type: "application/json" });
  expect(await page("/api/nothing")).toMatchObject({ status: 404, type: "application/json" });
});
