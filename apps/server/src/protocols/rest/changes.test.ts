import { afterAll, beforeAll, expect, test } from "bun:test";
import { systemClock } from "@plinth/adapters-memory";
import { DEFAULT_WORKSPACE_ID } from "@plinth/core";
import { testConfig } from "@plinth/core/testing";
import { createEngine, drainChanges } from "@plinth/engine";
import { bearer, testApp } from "../../testing/app.ts";

const app = testApp();
let operator: Record<string, string>;
beforeAll(async () => {
  operator = bearer(await app.signUp("operator@example.com"));
  const fields = [{ name: "price", type: "decimal" }];
  await app.send("/api/collections", { slug: "things", fields }, operator);
  await app.send("/api/collections", { slug: "others", fields }, operator);
});
afterAll(() => app.app.close());

test("the log says what was written, by whom and by which request, page by page", async () => {
  const made = await app.send("/api/items/things", [{ price: "1.50" }, { price: "2.50" }], operator);
  const items = ((await made.json()) as { data: { id: string }[] }).data;
  await app.send("/api/items/others", { price: "3.50" }, operator);
  const read = async (search: string) => {
    const response = await app.call(`/api/changes${search}`, { headers: operator });
    return (await response.json()) as { data: Record<string, unknown>[]; next: string; more: boolean };
  };
  const first = await read("?limit=1&collection=things");
  expect(first.more).toBe(true);
  expect(first.data).toEqual([
    {
      position: first.next,
      collection: "things",
      collection_id: expect.any(String),
      item: items[0]!.id,
      operation: "insert",
      before: null,
      after: items[0],
      actor: expect.stringMatching(/^user:/),
      request_id: made.headers.get("x-request-id"),
      at: expect.stringMatching(/^\d{4}-.*Z$/),
    },
  ]);
  const rest = await read(`?after=${first.next}&collection=things`);
  expect(rest.data.map((change) => change.item)).toEqual([items[1]!.id]);
  expect((await read(`?after=${rest.next}`)).data).toEqual([]);
  for (const search of ["?after=now", "?after=now&collection=things"]) {
    const now = await read(search);
    expect(now).toEqual({ data: [], next: expect.any(String), more: false });
    await app.send("/api/items/things", { price: "4.50" }, operator);
    expect((await read(`?after=${now.next}`)).data).toMatchObject([{ operation: "insert", after: { price: "4.50" } }]);
  }
});

test("metrics show an administrator the workspace's own consumers, and an operator of all", async () => {
  const { driver } = app;
  const insert = "insert into plinth_consumers (workspace_id, name, place, held_until) values (?1, ?2, '1.0.0', 0)";
  for (const params of [
    [DEFAULT_WORKSPACE_ID, "mine"],
    ["elsewhere", "theirs"],
  ])
    await driver.run({ sql: insert, params });
  const made = await app.send("/api/keys", { name: "prometheus", kind: "secret" }, operator);
  const { key } = ((await made.json()) as { data: { key: string } }).data;
  const named = async (headers: Record<string, string>) => {
    const text = await (await app.call("/api/metrics", { headers })).text();
    return [...text.matchAll(/^plinth_consumer_held\{.*consumer="(\w+)"\} 0$/gm)].map((match) => match[1]!).toSorted();
  };
  expect(await named({ "x-api-key": key })).toEqual(["mine"]);
  expect(await named(operator)).toEqual(["mine", "theirs"]);
});

test("metrics show how far a consumer is behind, and that it has caught up", async () => {
  const quiet = () => {};
  const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };
  // A server's own code, over the same database.
  const engine = createEngine({ config: testConfig(), clock: systemClock, log });
  const seen: unknown[] = [];
  const drain = () =>
    drainChanges(engine, app.driver, { name: "mailer", workspaceId: DEFAULT_WORKSPACE_ID, from: "now" }, (changes) => {
      seen.push(...changes.map(({ after }) => after!.price));
    });
  const lag = async () => {
    const text = await (await app.call("/api/metrics", { headers: operator })).text();
    const labels = `{workspace="${DEFAULT_WORKSPACE_ID}",consumer="mailer"}`;
    const of = (name: string) => text.split(`\nplinth_consumer_${name}${labels} `)[1]?.split("\n")[0];
    return { changes: of("lag_changes"), seconds: Number(of("lag_seconds")), held: of("held") };
  };
  expect(await lag()).toEqual({ changes: undefined, seconds: Number.NaN, held: undefined });
  await drain();
  await app.send("/api/items/things", [{ price: "7.10" }, { price: "7.20" }, { price: "7.30" }], operator);
  // The database's clock counts milliseconds.
  let behind = await lag();
  while (behind.seconds === 0) behind = await lag();
  expect(behind).toEqual({ changes: "3", seconds: expect.any(Number), held: "0" });
  expect(behind.seconds).toBeGreaterThan(0);
  await drain();
  expect(seen).toEqual(["7.10", "7.20", "7.30"]);
  expect(await lag()).toEqual({ changes: "0", seconds: 0, held: "0" });
});

test("a server keeps the log within its bounds from its start on, without a write", async () => {
  const server = testApp({ changesKeepRows: 3 });
  const admin = bearer(await server.signUp("operator@example.com"));
  await server.send("/api/collections", { slug: "things", fields: [] }, admin);
  await server.send("/api/items/things", [{}, {}, {}, {}, {}, {}, {}, {}], admin);
  const kept = async () =>
    ((await (await server.call("/api/changes", { headers: admin })).json()) as { data: object[] }).data.length;
  await server.app.ready();
  while ((await kept()) > 3) await Bun.sleep(5);
  expect(await kept()).toBe(3);
  await server.app.close();
});
