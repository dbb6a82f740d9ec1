import { expect, test } from "bun:test";
import { createClient } from "../src/index.ts";

/** A client whose requests go nowhere, and their addresses. */
function noted(workspace?: string) {
  const sent: string[] = [];
  const fetch = async (address: URL) => {
    sent.push(`${address.pathname}${address.search}`);
    return Response.json({ data: {} });
  };
  const options = { url: "http://127.0.0.1:9", fetch: fetch as unknown as typeof globalThis.fetch };
  return { sent, client: createClient({ ...options, ...(workspace !== undefined && { workspace }) }) };
}

test("no part of a path leads elsewhere, written or encoded", async () => {
  const { sent, client } = noted();
  for (const id of ["..", ".", "../keys", "x/../../keys", "%2e%2E/keys", ".%2e", "..\\keys", "..?a=b", "..#a"])
    await expect(client.request(`api/users/${id}`)).rejects.toThrow(/no part of a path may be/);
  await expect(noted("..").client.request("api/users")).rejects.toThrow(/no part of a path may be/);
  expect(sent).toEqual([]);
});

test("dots within a part are its own", async () => {
  const { sent, client } = noted("...");
  for (const path of ["api/keys/a..b", "api/keys/.a", "api/keys/a.", "api/keys/...", "api/keys/%2e%2ea"])
    await client.request(path);
  expect(sent).toEqual(["a..b", ".a", "a.", "...", "%2e%2ea"].map((name) => `/api/t/.../keys/${name}`));
});
