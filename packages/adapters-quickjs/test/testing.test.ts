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

const ARCHIVE = `export default async ({ ai, files }) => {
  const letter = await files.read("letters", "1.txt");
  let kind = "";
  for await (const piece of ai.stream({ messages: [{ role: "user", content: await letter.text() }] })) kind += piece;
  await files.put("letters", "kinds/1.txt", kind);
  await files.put("letters", "large", (async function* () { for (const n of [1, 2]) yield String(n).repeat(3); })());
  const missing = await files.read("letters", "2.txt").catch(({ code }) => code);
  const there = await files.put("letters", "large", "x", { if_absent: true }).catch(({ code }) => code);
  const { data } = await files.list("letters");
  return { kind, missing, there, names: data.map(({ name }) => name), end: await (await files.read("letters", "1.txt", { start: 6 })).text() };
};`;

test("files and models have fakes, which a test looks at afterwards", async () => {
  const files = new Map<string, string | Uint8Array>([["letters/1.txt", "Thank you"]]);
  const ai = ({ messages: [first] }: { messages: readonly { content: string }[] }) =>
    first!.content.startsWith("Thank") ? "clear praise" : "complaint";
  const { value } = await runFunction(ARCHIVE, { files, ai });
  expect(value).toEqual({
    ...{ kind: "clear praise", missing: "NOT_FOUND", there: "PRECONDITION_FAILED", end: "you" },
    names: ["1.txt", "1.txt", "large"],
  });
  const text = (at: string) => new TextDecoder().decode(files.get(at) as Uint8Array);
  expect([text("letters/kinds/1.txt"), text("letters/large")]).toEqual(["clear praise", "111222"]);
});
