import { expect, test } from "bun:test";
import { runFunction } from "../src/testing.ts";

const TOTAL = `export default async ({ db, request }) => {
  const { order } = await request.json();
  const { data } = await db.list("lines", { filter: { order } });
  console.log(data.length);
  const rate = await fetch("https://rates.example.com/" + order).then((answer) => answer.json());
  return new Response(String(data.reduce((sum, { price }) => sum + price, 0) * rate), { status: 201 });
};`;

test("a function runs with fakes of what it calls, and its answer, its logs and its errors are there", async () => {
  const asked: unknown[] = [];
  const list = async (...values: unknown[]) => {
    asked.push(values);
    return { data: [{ price: 5 }, { price: 2 }] };
  };
  const { value, logs } = await runFunction(TOTAL, {
    request: new Request("http://localhost/", { method: "POST", body: '{"order":"7"}' }),
    calls: { db: { list } },
    fetch: ({ url }) => Response.json(url.endsWith("/7") ? 3 : 0),
  });
  const answer = value as Response;
  expect([answer.status, await answer.text(), logs[0]!.text]).toEqual([201, "21", "2"]);
  expect(asked).toEqual([["lines", { filter: { order: "7" } }]]);
  const failed = await runFunction("export default ({ db }) => {\n  db.list();\n};").catch((error: Error) => error);
  expect((failed as Error).stack).toMatch(/^TypeError: .*\n {4}at .*function\.js:2:/);
});
