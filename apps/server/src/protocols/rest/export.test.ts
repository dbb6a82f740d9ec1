import { expect, test } from "bun:test";
import { bearer, testApp } from "../../testing/app.ts";

test("HEAD of an export has its headers, and keeps no slot", async () => {
  const { app, call, send, signUp } = testApp();
  const admin = bearer(await signUp("admin@x.test"));
  const fields = [{ name: "name", type: "text" }];
  expect((await send("/api/collections", { slug: "things", fields }, admin)).status).toBe(201);
  await send("/api/items/things", { name: "one" }, admin);
  for (let i = 0; i < 5; i++) {
    const head = await call("/api/items/things/export?format=csv", { method: "HEAD", headers: admin });
    expect([head.status, head.headers.get("content-type"), await head.text()]).toEqual([
      200,
      "text/csv; charset=utf-8; header=present",
      "",
    ]);
  }
  const metrics = await (await call("/api/metrics", { headers: admin })).text();
  expect(metrics).toContain('plinth_requests_running{load="bulk"} 0');
  await app.close();
});
