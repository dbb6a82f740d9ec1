/** What a function's own file declares, and what of it is new. */
import { expect, test } from "bun:test";
import { bearer, refusalIn, testApp } from "../../testing/app.ts";

const app = testApp();
await app.app.ready();
const boss = bearer(await app.signUp("boss@example.com"));
const SOURCE = `export const config = {
  permissions: { as: "system", actions: ["read"], collections: ["notes"] },
  http: { auth: "public", methods: ["GET"] },
};
export default () => "declared";`;
const deploy = (name: string, body: object) => app.send(`/api/deployments/${name}`, body, boss, "PUT");
const check = async (name: string, body: object) =>
  ((await (await app.send(`/api/deployments/${name}/check`, body, boss)).json()) as { data: { grows: string[] } }).data;

test("a file declares its own settings, a section of the request takes the place of one, and a check names new rights", async () => {
  const checked = await check("declared", { source: SOURCE });
  expect(checked.grows).toEqual([
    "permissions.as: system",
    "permissions.actions: read",
    "permissions.collections: notes",
    "http.auth: public",
  ]);
  expect((await app.call("/api/functions/declared")).status).toBe(404);
  const { data } = (await (await deploy("declared", { source: SOURCE })).json()) as { data: object };
  expect(data).toMatchObject({
    permissions: { as: "system", actions: ["read"], collections: ["notes"], fetch: [] },
    http: { auth: "public", methods: ["GET"] },
    limits: { cpu_ms: 200 },
  });
  expect(await (await app.call("/api/functions/declared")).json()).toEqual({ data: "declared" });
  const head = await app.call("/api/functions/declared", { method: "HEAD" });
  expect([head.status, head.headers.get("content-type"), await head.text()]).toEqual([200, "application/json", ""]);
  expect((await check("declared", { source: SOURCE })).grows).toEqual([]);
  const more = { source: SOURCE, permissions: { as: "system", actions: ["read", "delete"], collections: ["notes"] } };
  expect((await check("declared", more)).grows).toEqual(["permissions.actions: delete"]);
  await deploy("declared", { source: SOURCE, http: { auth: "admin" } });
  expect((await app.send("/api/functions/declared", {})).status).toBe(401);
});

test("a config that says something else is refused by its name", async () => {
  const refused = async (config: string) => {
    const answer = await deploy("wrong", { source: `export const config = ${config};\nexport default () => 1` });
    return [answer.status, ((await answer.json()) as { error: { message: string } }).error.message] as const;
  };
  expect(await refused("5")).toEqual([422, "source: config: expected an object"]);
  expect(await refused(`{ http: { auth: "everybody" } }`)).toEqual([
    422,
    expect.stringContaining("source: config.http.auth: expected public"),
  ]);
  expect(await refused("{ permission: {} }")).toEqual([422, expect.stringContaining("config")]);
  expect(await refused("() => 1")).toEqual([422, expect.stringContaining("source")]);
  expect((await refusalIn(await deploy("wrong", { source: "export default () => 1", source_map: "{}" })))[1]).toBe(
    "VALIDATION",
  );
});
