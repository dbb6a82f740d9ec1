import { createServer } from "node:http";

/**
 * A payment service as the example needs one: it is busy at the first two attempts, takes the same order once, and refuses an amount of 666.
 * Each attempt at a node of a flow has the same `idempotency-key`, by which it knows what it has done.
 */
export async function startPayStub({ port = 0, key }) {
  const charges = new Map();
  let asked = 0;
  const server = createServer(async (request, response) => {
    const answer = (status, body) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    if (request.headers.authorization !== `Bearer ${key}`) return answer(401, { error: "wrong key" });
    let text = "";
    for await (const chunk of request) text += chunk;
    const { order, amount } = JSON.parse(text);
    if (++asked <= 2) return answer(503, { error: "busy" });
    if (amount === 666) return answer(402, { error: "the card was declined" });
    const once = request.headers["idempotency-key"];
    if (!charges.has(once)) charges.set(once, { id: `charge-${charges.size + 1}`, order, amount });
    answer(200, charges.get(once));
  });
  await new Promise((resolve) => server.listen(port, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    /** What was paid. */
    charges: () => [...charges.values()],
    stop: () => new Promise((resolve) => server.close(resolve)),
  };
}
