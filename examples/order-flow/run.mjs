// Sets the example up on a server, sends some orders, and shows what becomes of them. See README.md.
import process from "node:process";
import { startPayStub } from "./pay-stub.mjs";
import { setUp } from "./set-up.mjs";

const { PLINTH_URL = "http://127.0.0.1:8787", PLINTH_KEY = "", PAY_PORT = "8790" } = process.env;
const say = (line) => process.stdout.write(`${line}\n`);
const PAY_KEY = "pay-example";
const LONGEST_MS = 60_000;

async function ask(method, path, body) {
  const answer = await fetch(`${PLINTH_URL}${path}`, {
    method,
    headers: { "x-api-key": PLINTH_KEY, "content-type": "application/json" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${text}`);
  return JSON.parse(text);
}

const stateOf = async ({ id }) => (await ask("GET", `/api/items/orders/${id}`)).data.state;

async function stateAfter(order, ...passing) {
  for (const end = Date.now() + LONGEST_MS; ; await new Promise((go) => setTimeout(go, 200))) {
    const state = await stateOf(order);
    if (!passing.includes(state) || Date.now() > end) return state;
  }
}

const stub = await startPayStub({ port: Number(PAY_PORT), key: PAY_KEY });
try {
  await setUp(ask, { pay: { url: stub.url, key: PAY_KEY } });
  const { data: chair } = await ask("POST", "/api/items/products", { name: "Chair", price: 111, left: 20 });
  const order = async (count) => {
    const { data } = await ask("POST", "/api/items/orders", { product: chair.id, count, email: "ann@example.com" });
    return data;
  };
  const refused = await order(30).catch(({ message }) => message);
  say(`30 chairs: ${/only 20 are left/.exec(refused)}`);
  say(`2 chairs, 222 EUR: ${await stateAfter(await order(2), "new", "reserved")}`);
  say(`6 chairs, 666 EUR: ${await stateAfter(await order(6), "new", "reserved")}`);
  await order(10);
  let waiting = [];
  for (const end = Date.now() + LONGEST_MS; waiting.length === 0 && Date.now() < end; )
    waiting = (await ask("GET", "/api/approvals?state=pending&flow=order")).data;
  say(`10 chairs: ${waiting[0].question}`);
  const { left } = (await ask("GET", `/api/items/products/${chair.id}`)).data;
  say(`${left} chairs are left; paid: ${stub.charges().map(({ amount }) => amount)}`);
  if (process.argv.includes("--stay")) {
    say("The payment service stays until you press Ctrl-C.");
    await new Promise(() => {});
  }
} finally {
  await stub.stop();
}
