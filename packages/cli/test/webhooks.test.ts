import { expect, test } from "bun:test";
import { serverForTests } from "./server.ts";

const { server } = serverForTests();
const { plinth } = server;
const json = (...args: string[]) => server.json("webhooks", ...args);

test("a webhook is made with its secret, tried, listed, replayed, rotated, disabled and deleted", async () => {
  const data = JSON.stringify({ name: "Search", url: "https://hooks.invalid/plinth", events: ["*.*"] });
  const made = (await json("create", "--data", data)) as { id: string; secret: string };
  expect(made.secret).toStartWith("whsec_");
  const preview = JSON.stringify({ events: ["*.*"], template: { id: "{{ data.id" } });
  const wrong = await plinth("webhooks", "preview", "--data", preview);
  expect([wrong.code === 0, wrong.err]).toEqual([false, expect.stringContaining("template: {{ is not closed")]);
  const listed = await plinth("webhooks", "list");
  expect([listed.code, listed.out]).toEqual([0, expect.stringContaining("https://hooks.invalid/plinth")]);
  expect(listed.out).not.toContain(made.secret);
  const tried = (await json("test", made.id)) as { id: string };
  expect(tried).toMatchObject({ type: "webhook.test", state: "failed" });
  expect(await json("deliveries", made.id, "--state", "failed", "--limit", "5")).toMatchObject([{ id: tried.id }]);
  expect(await json("delivery", made.id, tried.id)).toMatchObject({ body: expect.stringContaining("Search") });
  expect(await json("replay", made.id, "--deliveries", tried.id)).toEqual({ replayed: 1 } as never);
  const rotated = (await json("rotate", made.id, "--overlap-hours", "0")) as { secret: string };
  expect(rotated.secret).not.toBe(made.secret);
  expect(await json("disable", made.id)).toMatchObject({ enabled: false });
  const refused = await plinth("webhooks", "replay", made.id, "--since", "2026-01-01T00:00:00Z");
  expect([refused.code === 0, refused.err]).toEqual([false, expect.stringContaining("enable it first")]);
  expect(await json("delete", made.id)).toEqual({ id: made.id } as never);
  expect(await json("list")).toEqual([] as never);
});
