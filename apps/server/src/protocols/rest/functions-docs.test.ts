/** The functions of docs/functions.md and docs/functions-before-writes.md, as a reader would deploy and call them. */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import path from "node:path";
import { bearer, testApp } from "../../testing/app.ts";

const blocks = (language: string, name = "functions") => {
  const page = readFileSync(path.join(import.meta.dir, `../../../../../docs/${name}.md`), "utf8");
  return [...page.matchAll(new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, "gs"))].map(([, text]) => text!);
};

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

test("the total of an order is what the function before its write says, and what is not there is refused", async () => {
  const number = (name: string) => ({ name, type: "integer" });
  await app.send("/api/collections", { slug: "products", fields: [number("price"), number("left")] }, boss);
  const product = { name: "product", type: "relation", to: "products" };
  await app.send("/api/collections", { slug: "orders", fields: [product, number("count"), number("total")] }, boss);
  const { id } = (await dataOf(await app.send("/api/items/products", { price: 5, left: 3 }, boss))) as { id: string };
  const source = blocks("js", "functions-before-writes")[0]!;
  expect((await app.send("/api/deployments/orders", { source }, boss, "PUT")).status).toBe(200);
  const order = (count: number) => app.send("/api/items/orders", { product: id, count, total: 1 }, boss);
  expect(await dataOf(await order(3))).toMatchObject({ total: 15 });
  const refused = (await (await order(4)).json()) as { error: object };
  expect(refused.error).toMatchObject(JSON.parse(blocks("json", "functions-before-writes")[0]!) as object);
});

test("the webhook of a payment provider is accepted with its signature alone", async () => {
  const source = blocks("js").find((text) => text.startsWith("// payments.js"))!;
  expect((await app.send("/api/deployments/payments", { source }, boss, "PUT")).status).toBe(200);
  await app.send("/api/deployments/payments/secrets/SIGNING_SECRET", { value: "whs" }, boss, "PUT");
  // Not as any JSON library would write it.
  const body = '{ "type":"paid",  "note":"\u00e9 é" }';
  const sendAt = (t: number, secret = "whs") => {
    const v1 = new Bun.CryptoHasher("sha256", secret).update(`${t}.${body}`).digest("hex");
    const headers = { "payment-signature": `t=${t},v1=${v1}`, "content-type": "application/json" };
    return app.call("/api/functions/payments", { method: "POST", headers, body });
  };
  const now = Math.floor(Date.now() / 1000);
  expect(await dataOf(await sendAt(now))).toEqual({ received: "paid" });
  expect((await sendAt(now, "other")).status).toBe(400);
  expect((await sendAt(now - 3600)).status).toBe(400);
  expect((await app.call("/api/functions/payments", { method: "POST", body })).status).toBe(400);
});
