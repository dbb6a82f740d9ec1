/** What webhooks do that no database decides: when they are disabled, their secrets, and tests of them. */
import { afterAll, describe, expect, test } from "bun:test";
import type { PlinthError } from "@plinth/core";
import { verified } from "../../../tests/support/signed-webhook.ts";
import { sendGapMessages } from "../src/features/webhooks/store-changes.ts";
import {
  deleteField,
  getWebhook,
  listSecurityLog,
  logReader,
  rotateWebhookSchema,
  rotateWebhookSecret,
  testWebhook,
} from "../src/index.ts";
import { sqlite } from "./databases.ts";
import { settled, W } from "./log-world.ts";
import { webhooksOn } from "./webhooks-world.ts";

const HOUR_MS = 3_600_000;
const refused = () => new Response("not now", { status: 500 });

// What is decided in the process, whatever the database.
describe("webhooks on one database", () => {
  const kind = sqlite();
  afterAll(() => kind.close());
  const open = webhooksOn(kind);

  test("a receiver that fails for days is disabled, says why, and goes on from where it is enabled", async () => {
    const { ctx, write, add, change, tick, receiver, deliveries } = await open(refused);
    const { id } = await add(receiver.url);
    await write(1);
    for (const later of [0, 1, 1, 20, 20, 20]) await tick(later * HOUR_MS);
    await write(2);
    for (const later of [20, 20, 20, 20]) await tick(later * HOUR_MS);
    const { data } = await listSecurityLog(await ctx(), { type: ["webhook_disable"], limit: 10 });
    expect(data).toMatchObject([{ target: `webhook:${id}`, detail: { reason: expect.stringContaining("since") } }]);
    await write(3);
    await tick(HOUR_MS);
    const count = receiver.received.length;
    await change(id, { enabled: true });
    await write(4);
    await tick();
    expect(receiver.received.length).toBeGreaterThan(count);
    const told = (await deliveries(id)).filter(({ type }) => type === "posts.create").length;
    // The third was made while nothing was to be sent.
    expect(told).toBe(3);
  });

  test("secrets overlap after a rotation, and a pair of keys signs where that was asked for", async () => {
    const { ctx, write, add, tick, receiver } = await open();
    const shared = await add(receiver.url);
    const next = await rotateWebhookSecret(await ctx(), shared.id, rotateWebhookSchema.parse({}));
    const pair = await add(`${receiver.url}/pair`, { form: "v1a" });
    await write(1);
    await tick();
    const [message] = receiver.at("/");
    for (const secret of [shared.secret!, next.secret!]) {
      verified({ secret }, message!);
    }
    const [signed] = receiver.at("/pair");
    expect(await isSignedBy(pair.public_key!, signed!)).toBe(true);
    expect(await isSignedBy(pair.public_key!, { ...signed!, body: `${signed!.body} ` })).toBe(false);
    await rotateWebhookSecret(await ctx(), shared.id, rotateWebhookSchema.parse({ overlap_hours: 0 }));
    await write(2);
    await tick();
    const last = receiver.at("/").at(-1)!;
    expect(() => verified({ secret: next.secret! }, last)).toThrow();
  });

  test("a log that was trimmed too early is told of", async () => {
    const { ctx, engine, driver, write, add, change, tick, receiver } = await open();
    const { id } = await add(receiver.url);
    await write(1);
    await settled(driver);
    await logReader(engine, driver).trim({ before: Date.now() + 1000, rows: 0, pass: 100 });
    await tick();
    expect(receiver.received.map(({ message }) => message.type)).toEqual(["webhook.gap"]);
    const { data } = await listSecurityLog(await ctx(), { type: ["webhook_gap"], limit: 10 });
    expect(data).toMatchObject([{ target: `webhook:${id}`, outcome: "failed" }]);
    // One that began later has lost nothing.
    await change(id, { enabled: false });
    await add(`${receiver.url}/later`);
    await sendGapMessages({ engine, driver, workspaceId: W });
    await tick();
    expect(receiver.received).toHaveLength(1);
  });

  test("a webhook is disabled whose filter names a field that is gone: nothing is sent that was not wanted", async () => {
    const { ctx, write, add, tick, receiver } = await open();
    const { id } = await add(receiver.url, { filter: { n: { _gt: 5 } } });
    await write(9);
    await deleteField(await ctx(), "posts", "n", "n");
    await tick();
    expect(await getWebhook(await ctx(), id)).toMatchObject({
      enabled: false,
      disabled_reason: expect.stringContaining("n"),
    });
    expect(receiver.received).toEqual([]);
  });

  test("a message whose headers cannot be read is not sent without them, and says why", async () => {
    const { driver, add, write, tick, receiver, deliveries } = await open();
    const { id } = await add(receiver.url, { headers: { authorization: "Bearer one" } });
    await driver.run({ sql: "update plinth_webhooks set headers = 'x.y'", params: [] });
    await write(1);
    await tick();
    expect(await deliveries(id)).toMatchObject([{ state: "pending", error: expect.stringContaining("PLINTH_SECRET") }]);
    expect(receiver.received).toEqual([]);
  });

  test("a test is sent at once, and kept", async () => {
    const { ctx, add, receiver, deliveries } = await open(() => new Response("x".repeat(5000)));
    const { id } = await add(receiver.url, { enabled: false });
    const shown = await testWebhook(await ctx(), id);
    expect(shown).toMatchObject({ type: "webhook.test", state: "delivered", status: 200, item: null });
    expect(shown.tries[0]!.answer).toBe("x".repeat(1024));
    expect(await deliveries(id)).toMatchObject([{ id: shown.id, type: "webhook.test" }]);
    await expectRefusal(add("http://10.0.0.1", { events: ["nothing.create"] }), "COLLECTION_NOT_FOUND");
    await expectRefusal(add("http://10.0.0.1", { events: ["*.*"], filter: { n: 1 } }), "VALIDATION");
    await expectRefusal(add("http://10.0.0.1", { filter: { n: "$user.id" } }), "VALIDATION");
  });
});

async function expectRefusal(promise: Promise<unknown>, code: string): Promise<void> {
  const error = await promise.then(
    () => undefined,
    (refusal: unknown) => refusal,
  );
  expect((error as PlinthError | undefined)?.code).toBe(code as never);
}

/** As the specification of Standard Webhooks has it for `v1a`. */
async function isSignedBy(
  publicKey: string,
  { headers, body }: { headers: Record<string, string>; body: string },
): Promise<boolean> {
  const bytes = (text: string) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const key = await crypto.subtle.importKey("raw", bytes(publicKey.replace(/^whpk_/, "")), "Ed25519", false, [
    "verify",
  ]);
  const content = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`;
  const [version, signature] = headers["webhook-signature"]!.split(",");
  expect(version).toBe("v1a");
  return crypto.subtle.verify("Ed25519", key, bytes(signature!), new TextEncoder().encode(content));
}
