/** The example in examples/order-flow, with its own files: what is refused, paid, given back, approved, rejected and sold out. */
import { afterAll, expect, test } from "bun:test";
import { until } from "@plinth/core/testing";
import { bearer, refusalIn, testApp } from "../../apps/server/src/testing/app.ts";

type Ask = (method: string, path: string, body?: unknown) => Promise<unknown>;

interface PayStub {
  readonly url: string;
  charges(): { id: string; order: string; amount: number }[];
  stop(): Promise<void>;
}

const partOf = <T>(name: string): Promise<T> =>
  import(new URL(`../../examples/order-flow/${name}`, import.meta.url).href) as Promise<T>;
const { startPayStub } = await partOf<{ startPayStub(options: { key: string }): Promise<PayStub> }>("pay-stub.mjs");
const { setUp } = await partOf<{ setUp(ask: Ask, options: object): Promise<void> }>("set-up.mjs");

interface Order {
  id: string;
  state: string;
  total: number;
  payment: string | null;
}

const mails: { to: string; text: string }[] = [];
const mailer = { name: "test", capabilities: {}, send: async (mail: (typeof mails)[number]) => void mails.push(mail) };
const pay = await startPayStub({ key: "pay-key" });
afterAll(pay.stop);
let ahead = 0;
const app = testApp(
  { signUp: "open", maxBodyBytes: 100_000, privateAddresses: new Set([new URL(pay.url).host]) },
  { mailer: mailer as never, clock: { now: () => Date.now() + ahead } },
);
const boss = bearer(await app.signUp("boss@example.com"));
const ask = async (method: string, path: string, body?: unknown) => {
  const answer = await app.send(path, body, boss, method);
  if (!answer.ok) throw new Error(await answer.text());
  return (await answer.json()) as { data: never };
};
const data = async <T>(...asked: Parameters<typeof ask>): Promise<T> => (await ask(...asked)).data;

await setUp(ask, { pay: { url: pay.url, key: "pay-key" } });
const chair = await data<{ id: string }>("POST", "/api/items/products", { name: "Chair", price: 111, left: 20 });
const order = (count: number, more: object = {}) =>
  data<Order>("POST", "/api/items/orders", { product: chair.id, count, email: "ann@example.com", ...more });
const left = async () => (await data<{ left: number }>("GET", `/api/items/products/${chair.id}`)).left;
/** Lets everything happen that is due, until the order is in this state. */
const becomes = async ({ id }: Order, state: string): Promise<Order> => {
  let now!: Order;
  await until(async () => {
    await app.app.tick();
    // The pauses between attempts.
    ahead += 2000;
    now = await data<Order>("GET", `/api/items/orders/${id}`);
    return now.state === state;
  });
  return now;
};
const asks = async (): Promise<{ id: string }> => {
  let found: { id: string }[] = [];
  await until(async () => {
    await app.app.tick();
    found = await data("GET", "/api/approvals?state=pending&flow=order");
    return found.length > 0;
  });
  return found[0]!;
};
const decide = async (decision: string) => ask("POST", `/api/approvals/${(await asks()).id}/decide`, { decision });

test("what cannot be delivered is refused by its field, and what it costs is not the caller's to say", async () => {
  const refused = async (body: object) =>
    refusalIn(
      await app.send("/api/items/orders", { product: chair.id, count: 1, email: "a@b.example", ...body }, boss),
    );
  expect(await refused({ count: 30 })).toEqual([422, "VALIDATION", "count"]);
  expect(await refused({ count: 0 })).toEqual([422, "VALIDATION", "count"]);
  expect(await refused({ email: "ann" })).toEqual([422, "VALIDATION", "email"]);
  expect(await left()).toBe(20);
});

test("an order is paid once by a service that is busy at first, and its receipt is mailed", async () => {
  const placed = await order(2, { total: 1, state: "paid", payment: "forged" });
  expect(placed).toMatchObject({ total: 222, state: "new", payment: null });
  expect(await becomes(placed, "paid")).toMatchObject({ payment: "charge-1" });
  expect(await left()).toBe(18);
  expect(pay.charges()).toEqual([{ id: "charge-1", order: placed.id, amount: 222 }]);
  const receipt = () => mails.find(({ to }) => to === "ann@example.com");
  await until(async () => {
    await app.app.tick();
    return receipt();
  });
  expect(receipt()!.text).toContain("222 EUR");
});

test("what is declined gives its stock back, and a large order waits for somebody, who may say no", async () => {
  await becomes(await order(6), "unpaid");
  expect(await left()).toBe(18);
  const rejected = await order(10);
  await decide("reject");
  await becomes(rejected, "rejected");
  expect([await left(), pay.charges().length]).toEqual([18, 1]);
});

test("of two orders for the last chairs, one gets them", async () => {
  const [first, second] = [await order(17), await order(17)];
  await decide("approve");
  await until(async () => {
    await app.app.tick();
    const states = await Promise.all([first, second].map(({ id }) => data<Order>("GET", `/api/items/orders/${id}`)));
    return states.some(({ state }) => state === "paid");
  });
  await decide("approve");
  await until(async () => {
    await app.app.tick();
    const both = await Promise.all([first, second].map(({ id }) => data<Order>("GET", `/api/items/orders/${id}`)));
    return (
      both
        .map(({ state }) => state)
        .sort()
        .join() === "paid,sold out"
    );
  });
  expect(await left()).toBe(1);
  expect(pay.charges().map(({ amount }) => amount)).toEqual([222, 1887]);
});
