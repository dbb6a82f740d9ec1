/** Messages in the shape that a receiver expects, signed as they are sent. */
import { expect, test } from "bun:test";
import type { Json, JsonObject } from "@plinth/core";
import { verified } from "../../../tests/support/signed-webhook.ts";
import { renderMessage } from "../src/features/webhooks/template/render.ts";
import {
  createWebhookSchema,
  deleteItem,
  patchItem,
  previewWebhook,
  previewWebhookSchema,
  replayWebhook,
  replayWebhookSchema,
  showWebhookDelivery,
  testWebhook,
} from "../src/index.ts";
import { onEachDatabase } from "./log-world.ts";
import { webhooksOn } from "./webhooks-world.ts";

const HOUR_MS = 3_600_000;

/** Another product's webhooks: its body, its headers and its signature. */
const FOREIGN_ACTION = 'action == "create" ? "insert" : action';
const FOREIGN = {
  template: {
    event: `{{ collection }}.{{ ${FOREIGN_ACTION} }}`,
    timestamp: "{{ timestamp }}",
    projectId: "65f0c0ffee65f0c0ffee65f0",
    collection: "{{ collection }}",
    action: `{{ ${FOREIGN_ACTION} }}`,
    documentId: "{{ data.id }}",
    data: "{{ data.after == null ? data.before : data.after }}",
  },
  headers: {
    "X-urBackend-Event": `{{ collection }}.{{ ${FOREIGN_ACTION} }}`,
    "X-urBackend-Delivery-Id": "{{ id }}",
  },
  body_signature: { header: "X-urBackend-Signature", prefix: "sha256=" },
};

async function hexOf(secret: string, body: string): Promise<string> {
  const bytes = new TextEncoder();
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", bytes.encode(secret), algorithm, false, ["sign"]);
  return Buffer.from(await crypto.subtle.sign("HMAC", key, bytes.encode(body))).toString("hex");
}

await onEachDatabase("webhook templates", (kind) => {
  const open = webhooksOn(kind);

  test("another product's messages are sent as its receivers know them", async () => {
    const { ctx, write, add, tick, receiver } = await open();
    const { secret } = await add(receiver.url, FOREIGN);
    const { id } = await write(1);
    await patchItem(await ctx(), "posts", id, { n: 2 });
    await deleteItem(await ctx(), "posts", id);
    await tick();
    const sent = new Map(receiver.received.map((one) => [one.headers["x-urbackend-event"], one]));
    expect([...sent.keys()].sort()).toEqual(["posts.delete", "posts.insert", "posts.update"]);
    for (const [event, one] of sent) {
      expect(one.message as unknown).toEqual({
        event,
        timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
        projectId: "65f0c0ffee65f0c0ffee65f0",
        collection: "posts",
        action: event!.split(".")[1],
        documentId: id,
        data: expect.objectContaining({ id, n: event === "posts.insert" ? 1 : 2 }),
      });
      expect(one.headers["x-urbackend-delivery-id"]).toBe(one.id);
      expect(one.headers["x-urbackend-signature"]).toBe(`sha256=${await hexOf(secret!, one.body)}`);
      verified({ secret: secret! }, one);
    }
  });

  test("a message that cannot be made has failed at once, holds nothing up, and is sent once the template is mended", async () => {
    const { ctx, write, add, change, tick, receiver, deliveries } = await open();
    const { id } = await add(receiver.url, {
      template: { n: "{{ data.after.n }}", half: "{{ 10 / int(data.after.n) }}" },
    });
    await write(0);
    await write(5);
    await tick();
    expect(receiver.received.map(({ message }) => message as unknown)).toEqual([{ n: 5, half: 2 }]);
    const [failed] = await deliveries(id);
    expect(failed).toMatchObject({
      state: "failed",
      attempts: 1,
      status: null,
      error: expect.stringMatching(/^template: /),
    });
    const shown = await showWebhookDelivery(await ctx(), { id, delivery: failed!.id });
    expect(JSON.parse(shown.body)).toMatchObject({ type: "posts.create", data: { after: { n: 0 } } });
    await tick(HOUR_MS);
    expect(receiver.received).toHaveLength(1);
    await change(id, { template: { n: "{{ data.after.n }}" } });
    await replayWebhook(await ctx(), id, replayWebhookSchema.parse({ deliveries: [failed!.id] }));
    await tick();
    expect(receiver.received.at(-1)).toMatchObject({ id: failed!.message_id, message: { n: 0 } as unknown as never });
    const tried = await testWebhook(await ctx(), id);
    expect([tried.state, (receiver.received.at(-1)!.message as unknown as JsonObject).type]).toEqual([
      "delivered",
      "webhook.test",
    ]);
  });

  test("what could have no value is refused when it is stored, and names its place", async () => {
    const { add, receiver } = await open();
    const refusal = (more: object) =>
      add(receiver.url, more).then(
        () => undefined,
        (error: Error) => error.message,
      );
    expect(await refusal({ template: { a: ["{{ data.after.title"] } })).toBe("template: {{ is not closed");
    expect(await refusal({ template: { a: "{{ secret }}" } })).toContain("template.a: ");
    expect(await refusal({ template: { a: "{{ 'x'.matches('y') }}" } })).toContain("no function matches");
    expect(await refusal({ template: {}, headers: { "x-a": "{{ data.id }}" } })).toContain("headers.x-a: ");
    expect(await refusal({ form: "v1a", body_signature: { header: "x-a" } })).toContain("needs the form v1");
    expect(await refusal({ headers: { "X-A": "b" }, body_signature: { header: "x-a" } })).toContain(
      "also one of the headers",
    );
    const many = Object.fromEntries(Array.from({ length: 201 }, (_, i) => [`f${i}`, "{{ id }}"]));
    expect(await refusal({ template: many })).toBe("template: may have 200 expressions");
    const parse = (template: Json) =>
      createWebhookSchema.safeParse({ name: "w", url: "https://a.example", events: ["*.*"], template });
    expect(parse("x".repeat(16_385)).success).toBe(false);
    expect(parse(JSON.parse("[".repeat(21) + "]".repeat(21)) as Json).success).toBe(false);
  });

  test("headers that are stored must fit the template and the signature that come later", async () => {
    const { add, change, receiver } = await open();
    // Without a template braces are text.
    const { id } = await add(receiver.url, { headers: { "X-A": "{{ s3cr3t }}" } });
    const refusal = (input: object) => change(id, input).then(String, (error: Error) => error.message);
    const template = { event: "{{ event }}" };
    const refused = await refusal({ template });
    expect(refused).toStartWith("headers.X-A: ");
    expect(refused).not.toContain("s3cr3t");
    expect(await refusal({ body_signature: { header: "x-a" } })).toContain("also one of the headers");
    expect((await change(id, { template, headers: { "X-A": "{{ event }}" } })).template).toEqual(template);
    expect((await change(id, { template: null })).template).toBeNull();
    expect((await change(id, { headers: {} })).header_names).toEqual([]);
    expect((await change(id, { body_signature: { header: "x-a" } })).body_signature).toMatchObject({ header: "x-a" });
  });

  test("what a template makes is bounded while it is made", async () => {
    const { engine } = await open();
    const made = (template: Json, headers = {}) => {
      const data = { after: { text: "x".repeat(100_000) } };
      const body = JSON.stringify({ timestamp: "2026-01-01T00:00:00.000Z", data });
      return renderMessage(engine, { template, headers }, { id: "1", type: "posts.create", body });
    };
    const text = "{{ data.after.text }}";
    expect((await made(text.repeat(2))).body).toHaveLength(200_002);
    for (const large of [text.repeat(3), [text, text, text], "{{ data }}".repeat(3)])
      await expect(made([large, "{{ data.after.nothing }}"])).rejects.toThrow("template: makes more than 256 KB");
  });

  test("a preview shows what would be sent of the last change that fits, and sends nothing", async () => {
    const { ctx, write, receiver, driver } = await open();
    const preview = async (more: object) =>
      previewWebhook(await ctx(), previewWebhookSchema.parse({ events: ["posts.*"], ...more }));
    await expect(preview({ template: {} })).rejects.toThrow("No recent change fits");
    const first = await write(1);
    await write(2);
    const template = { n: "{{ data.after.n }}" };
    expect(await preview({ template })).toMatchObject({ type: "posts.create", body: '{"n":2}', headers: {} });
    expect(await preview({ template, filter: { n: { _lt: 2 } } })).toMatchObject({ item: first.id, body: '{"n":1}' });
    expect(await preview({ template, item: first.id })).toMatchObject({ body: '{"n":1}' });
    expect(JSON.parse((await preview({})).body)).toMatchObject({ type: "posts.create", data: { after: { n: 2 } } });
    expect(await preview({ template, headers: { "x-event": "a {{ event }}" } })).toMatchObject({
      headers: { "x-event": "a posts.create" },
    });
    await expect(preview({ template: "{{ data.after.nothing }}" })).rejects.toThrow("template: ");
    await expect(preview({ template, events: ["*.*"], item: first.id })).rejects.toThrow("events of one collection");
    expect(receiver.received).toEqual([]);
    expect(await driver.all({ sql: "select id from plinth_webhooks", params: [] })).toEqual([]);
  });
});
