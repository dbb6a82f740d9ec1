/** The function of docs/functions.md, and the deployment that stands there, as a reader would send them. */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import path from "node:path";
import { bearer, testApp } from "../../testing/app.ts";

const PAGE = readFileSync(path.join(import.meta.dir, "../../../../../docs/functions.md"), "utf8");
const blocks = (language: string) =>
  [...PAGE.matchAll(new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, "gs"))].map(([, text]) => text!);

const app = testApp({ maxBodyBytes: 100_000 });
await app.app.ready();
const boss = bearer(await app.signUp("boss@example.com"));
const dataOf = async (answer: Response) => ((await answer.json()) as { data: unknown }).data;

test("the first example sums the lines of an order", async () => {
  const number = (name: string) => ({ name, type: "integer" });
  const fields = [{ name: "order", type: "text" }, number("price"), number("count")];
  await app.send("/api/collections", { slug: "lines", fields }, boss);
  const line = (order: string, price: number, count: number) => ({ order, price, count });
  await app.send("/api/items/lines", [line("7", 5, 2), line("7", 1, 3), line("8", 100, 1)], boss);
  const permissions = { actions: ["read"], collections: ["lines"] };
  const source = blocks("js")[0]!;
  expect((await app.send("/api/deployments/total", { source, permissions }, boss, "PUT")).status).toBe(200);
  expect(await dataOf(await app.send("/api/functions/total", { order: "7" }, boss))).toBe(13);
});

test("the deployment by HTTP answers what the page says", async () => {
  const script = blocks("sh").find((text) => text.includes("/api/deployments/hello"))!;
  const [deployment, input] = [...script.matchAll(/-d '(.*?)'/gs)].map(([, json]) => JSON.parse(json!) as object);
  expect((await app.send("/api/deployments/hello", deployment, boss, "PUT")).status).toBe(200);
  const answer = await app.send("/api/functions/hello", input);
  expect(await answer.json()).toEqual(JSON.parse(blocks("json")[0]!));
});
