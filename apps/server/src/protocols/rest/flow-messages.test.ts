/** What starts flows: signed messages, each of which counts once, and changes. */
import { afterAll, expect, test } from "bun:test";
import { toHex } from "@plinth/core";
import { until } from "@plinth/core/testing";
import { Webhook } from "standardwebhooks";
import { refusalIn } from "../../testing/app.ts";
import { dataIn, type FlowRunSeen, flowBench } from "../../testing/flows.ts";

const { app, boss, made, read, ended, clock, deploy, refused, stop } = await flowBench();
afterAll(stop);

const HOOKED = [{ id: "a", type: "set", value: "{{ input.body.order }}" }];

test("a message starts a flow if it is signed, new, and of this time, and once", async () => {
  await deploy("hooked", HOOKED, { triggers: [{ type: "webhook", verify: { scheme: "standard", secret: "HOOK" } }] });
  const secret = `whsec_${btoa("a secret of thirty-two bytes ....")}`;
  const send = (headers: Record<string, string>, body: string, name = "hooked") =>
    app.call(`/api/flows/${name}/message`, {
      method: "POST",
      body,
      headers: { "content-type": "application/json", ...headers },
    });
  const signed = (body: string, { id = "msg_1", at = clock.now(), by = secret } = {}) => ({
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(at / 1000)),
    "webhook-signature": new Webhook(by).sign(id, new Date(at), body),
  });
  const body = JSON.stringify({ order: 7 });
  // Before it has a secret, nobody can sign.
  expect(await refusalIn(await send(signed(body), body))).toEqual([401, "UNAUTHORIZED"]);
  await made("/api/flows/hooked/secrets/HOOK", { value: secret }, "PUT");
  const { id } = await dataIn<{ id: string }>(await send(signed(body), body));
  expect(await ended(id)).toMatchObject({ state: "succeeded", result: 7 });
  // The same message again, and another one with its id.
  expect((await dataIn<{ id: string }>(await send(signed(body), body))).id).toBe(id);
  const other = JSON.stringify({ order: 8 });
  expect(await refusalIn(await send(signed(other), other))).toEqual([409, "CONFLICT", "webhook-id"]);
  const forged: [Record<string, string>, string, string?][] = [
    [{}, body],
    [signed(body), other],
    [signed(body, { id: "msg_2", at: clock.now() - 301_000 }), body],
    [signed(body, { id: "msg_2", at: clock.now() + 310_000 }), body],
    [{ ...signed(body), "webhook-id": "msg_2" }, body],
    [{ ...signed(body), "webhook-timestamp": "1e9" }, body],
    [{ ...signed(body, { id: "msg_2" }), "webhook-signature": "v1," }, body],
    [signed(body, { id: "msg_2", by: `whsec_${btoa("another secret of 32 bytes, yes.")}` }), body],
    [signed(body, { id: "msg_2" }), body, "no-such-flow"],
    [signed(body, { id: "msg_2" }), body, "cancelled"],
  ];
  for (const [headers, text, name] of forged)
    expect(await refusalIn(await send(headers, text, name))).toEqual([401, "UNAUTHORIZED"]);
  // Two secrets at once, while one is replaced.
  const next = `whsec_${btoa("the next secret of 32 bytes ....")}`;
  await made("/api/flows/hooked/secrets/HOOK", { value: `${secret} ${next}` }, "PUT");
  for (const [n, by] of [secret, next].entries())
    expect((await send(signed(body, { id: `msg_${n + 10}`, by }), body)).status).toBe(202);
  // Somebody's credentials do not replace the signature.
  expect(await refusalIn(await send(boss, body))).toEqual([401, "UNAUTHORIZED"]);
});

test("a message with an HMAC in a header starts a flow once", async () => {
  const verify = { scheme: "hmac", secret: "GITHUB", header: "x-hub-signature-256", prefix: "sha256=" };
  await deploy("hubbed", HOOKED, { triggers: [{ type: "webhook", verify }] });
  await made("/api/flows/hubbed/secrets/GITHUB", { value: "it is a secret" }, "PUT");
  const body = new TextEncoder().encode(JSON.stringify({ order: 9 }));
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", new TextEncoder().encode("it is a secret"), algorithm, false, [
    "sign",
  ]);
  const signature = toHex(new Uint8Array(await crypto.subtle.sign("HMAC", key, body)));
  const send = (header: string) =>
    app.call("/api/flows/hubbed/message", {
      method: "POST",
      body,
      headers: { "x-hub-signature-256": header, "content-type": "application/json" },
    });
  const { id } = await dataIn<{ id: string }>(await send(`sha256=${signature}`));
  expect(await ended(id)).toMatchObject({ result: 9 });
  expect((await dataIn<{ id: string }>(await send(`sha256=${signature.toUpperCase()}`))).id).toBe(id);
  for (const header of [signature, `sha256=${signature.slice(2)}`, "sha256=", `sha256=${"0".repeat(64)}`])
    expect(await refusalIn(await send(header))).toEqual([401, "UNAUTHORIZED"]);
});

test("a change of an item starts a flow, which knows what has happened, until it is turned off", async () => {
  const triggers = [{ type: "change", events: ["orders.create"], filter: { state: "paid" } }];
  await deploy("changed", [{ id: "total", type: "set", value: "{{ trigger.change.after.total }}" }], { triggers });
  await made("/api/items/orders", { total: 3, state: "open" });
  await made("/api/items/orders", { total: 4, state: "paid" });
  const runs = () => read<FlowRunSeen[]>("/api/flow-runs?flow=changed");
  await until(async () => {
    await app.app.tick();
    return (await runs()).some(({ state }) => state === "succeeded");
  });
  expect(await runs()).toMatchObject([{ result: 4, trigger: { type: "change" } }]);
  expect(
    await refused([{ id: "a", type: "set", value: 1 }], { triggers: [{ type: "cron", schedule: "* * *" }] }),
  ).toContain("triggers.0.schedule");
  await made("/api/flows/changed", { enabled: false }, "PATCH");
  await made("/api/items/orders", { total: 5, state: "paid" });
  await app.app.tick();
  expect(await runs()).toHaveLength(1);
  expect(await refusalIn(await app.send("/api/flows/changed/run", {}, boss))).toEqual([409, "CONFLICT", "name"]);
});
