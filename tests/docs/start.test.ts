import { expect, test } from "bun:test";
import path from "node:path";
import { ROOT, setUp, startServer } from "./server.ts";

/** The README's `npm start` bundles the server and runs it. */
test("npm start serves accounts, keys and items, from a bundle", async () => {
  const server = await startServer({ PASSWORD_HASHING: "scrypt" }, [
    process.execPath,
    path.join(ROOT, "scripts/bootstrap.mjs"),
    "start",
  ]);
  try {
    const { PLINTH_KEY } = await setUp(server.url);
    const headers = { "x-api-key": PLINTH_KEY!, "content-type": "application/json" };
    const post = (address: string, body: object) =>
      fetch(server.url + address, { method: "POST", headers, body: JSON.stringify(body) });
    const fields = [{ name: "title", type: "text" }];
    expect((await post("/api/collections", { slug: "notes", fields })).status).toBe(201);
    expect((await post("/api/items/notes", { title: "A" })).status).toBe(201);
    const list = await fetch(`${server.url}/api/items/notes`, { headers });
    expect(await list.json()).toMatchObject({ data: [{ title: "A" }] });
    expect((await fetch(`${server.url}/api/openapi.json`, { headers })).status).toBe(200);
  } finally {
    await server.stop();
  }
});
