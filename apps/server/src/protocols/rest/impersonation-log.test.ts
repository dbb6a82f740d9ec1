/** The log lines of a request by an operator who acts as a user name that operator. */
import { expect, test } from "bun:test";
import type { Log } from "@plinth/core";
import { until } from "@plinth/core/testing";
import { bearer, testApp } from "../../testing/app.ts";

interface Line {
  text: string;
  fields: Readonly<Record<string, unknown>> | undefined;
}

async function open() {
  const lines: Line[] = [];
  const keep: Log["debug"] = (text, fields) => void lines.push({ text, fields });
  const server = testApp({}, { log: { debug: keep, info: keep, warn: keep, error: keep } });
  const operator = bearer(await server.signUp("operator@example.com"));
  const user = bearer(await server.signUp("ann@example.com"));
  const idOf = async (who: Record<string, string>): Promise<string> => {
    const answer = await server.call("/api/me", { headers: who });
    return ((await answer.json()) as { data: { id: string } }).data.id;
  };
  const begun = await server.send(`/api/users/${await idOf(user)}/impersonate`, { reason: "Ticket 4711" }, operator);
  expect(begun.status).toBe(201);
  const acting = bearer(((await begun.json()) as { data: { token: string } }).data.token);
  const fields = [{ name: "text", type: "text" }];
  await server.send("/api/collections", { slug: "notes", fields }, operator);
  await server.send("/api/permissions", { role: "authenticated", collection: "notes", action: "read" }, operator);
  await server.send("/api/permissions", { role: "authenticated", collection: "notes", action: "create" }, operator);
  /** The lines of one request. */
  const linesOf = async (request: () => Promise<Response>): Promise<Line[]> => {
    lines.length = 0;
    await (await request()).text();
    return [...lines];
  };
  return { ...server, operatorId: await idOf(operator), user, acting, lines, linesOf };
}

test("a refused request, no matter what refuses it", async () => {
  const { send, call, acting, user, operatorId, linesOf } = await open();
  const password = { current_password: "correct horse", new_password: "another horse" };
  const attempts: [string, (who: Record<string, string>) => Promise<Response>][] = [
    ["FORBIDDEN", (who) => call("/api/users", { headers: who })],
    ["COLLECTION_NOT_FOUND", (who) => call("/api/items/no-such-collection", { headers: who })],
    ["VALIDATION", (who) => send("/api/items/notes", { text: 7 }, who)],
    // The user's own attempt succeeds, and ends the other sessions.
    ["IMPERSONATED", (who) => send("/api/auth/change-password", password, who)],
  ];
  for (const [code, attempt] of attempts) {
    expect(await linesOf(() => attempt(acting))).toMatchObject([
      { text: "request refused", fields: { code, impersonator: operatorId, requestId: expect.any(String) } },
    ]);
    for (const { fields } of await linesOf(() => attempt(user))) expect(fields).not.toHaveProperty("impersonator");
  }
});

test("a request that fails", async () => {
  const { driver, call, acting, user, operatorId, linesOf } = await open();
  const [table] = await driver.all({
    sql: "select name from sqlite_master where type = 'table' and sql like '%\"text\"%' and name not like 'plinth%'",
    params: [],
  });
  await driver.run({ sql: `drop table "${table!.name}"`, params: [] });
  const list = (who: Record<string, string>) => linesOf(() => call("/api/items/notes", { headers: who }));
  expect(await list(acting)).toMatchObject([{ text: "request failed", fields: { impersonator: operatorId } }]);
  expect(await list(user)).toEqual([]);
});

test("a list that reads a whole large collection", async () => {
  const { driver, call, acting, operatorId, lines } = await open();
  const [table] = await driver.all({
    sql: "select name from sqlite_master where type = 'table' and sql like '%\"text\"%' and name not like 'plinth%'",
    params: [],
  });
  await driver.run({
    sql: `insert into "${table!.name}" (id, created_at, updated_at, version, text)
      with recursive n(i) as (select 1 union all select i + 1 from n where i < 10000)
      select printf('00000000-0000-4000-8000-%012d', i), 0, 0, 1, 'x' from n`,
    params: [],
  });
  const answer = await call(`/api/items/notes?limit=1&filter=${encodeURIComponent('{"text":"y"}')}`, {
    headers: acting,
  });
  expect(answer.status).toBe(200);
  // The plan is looked at after the answer.
  await until(() => lines.some(({ text }) => text.startsWith("a list ")));
  const fields = { collection: "notes", impersonator: operatorId, requestId: answer.headers.get("x-request-id") };
  expect(lines.find(({ text }) => text.startsWith("a list "))).toMatchObject({ fields });
});
