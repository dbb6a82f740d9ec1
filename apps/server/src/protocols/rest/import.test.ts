import { expect, test } from "bun:test";
import { bearer, testApp } from "../../testing/app.ts";

test("slow uploads of one caller leave room for those of others", async () => {
  const { app, call, send, signUp } = testApp();
  const admin = bearer(await signUp("admin@x.test"));
  const other = bearer(await signUp("other@x.test"));
  const fields = [{ name: "name", type: "text" }];
  expect((await send("/api/collections", { slug: "things", fields }, admin)).status).toBe(201);
  const rule = { role: "authenticated", collection: "things", action: "create" };
  expect((await send("/api/permissions", rule, admin)).status).toBe(201);
  const ends: (() => void)[] = [];
  const upload = (headers: Record<string, string>) => {
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('{"name":"one"}\n'));
        ends.push(() => controller.close());
      },
    });
    const type = { "content-type": "application/x-ndjson" };
    return call("/api/items/things/import", { method: "POST", headers: { ...headers, ...type }, body });
  };
  const slow = Array.from({ length: 6 }, () => upload(admin));
  const figures = async () => {
    const metrics = await (await call("/api/metrics", { headers: admin })).text();
    return [...metrics.matchAll(/^plinth_requests_(?:running|waiting){load="import"} (\d+)$/gm)].map(([, n]) => n);
  };
  while ((await figures())[1] !== "2") await Bun.sleep(5);
  expect(await figures()).toEqual(["4", "2"]);
  const quick = upload(other);
  ends.at(-1)!();
  expect((await quick).status).toBe(200);
  for (const end of ends.slice(0, -1)) end();
  expect((await Promise.all(slow)).map(({ status }) => status)).toEqual(Array(6).fill(200));
  expect(await figures()).toEqual(["0", "0"]);
  await app.close();
});
