import { expect, test } from "bun:test";
import { Webhook } from "standardwebhooks";
import { deriveKey, webhookHeaders, webhookSecret } from "../src/index.ts";

const body = JSON.stringify({ type: "test", name: "Zoë" });
const message = () => ({ id: "msg_1", timestamp: Math.floor(Date.now() / 1000), body });

test("a receiver with either of two secrets accepts a message, and with another does not", async () => {
  const [first, second, other] = await Promise.all(["a", "b", "c"].map((use) => deriveKey("root secret", use)));
  const headers = await webhookHeaders([first!, second!], message());
  for (const key of [first!, second!]) {
    expect(new Webhook(webhookSecret(key)).verify(body, headers)).toEqual({ type: "test", name: "Zoë" });
  }
  expect(() => new Webhook(webhookSecret(other!)).verify(body, headers)).toThrow();
});

test("a changed body, id or time, and an old message, are refused", async () => {
  const key = await deriveKey("root secret", "a");
  const receiver = new Webhook(webhookSecret(key));
  const headers = await webhookHeaders([key], message());
  expect(() => receiver.verify(`${body} `, headers)).toThrow();
  expect(() => receiver.verify(body, { ...headers, "webhook-id": "msg_2" })).toThrow();
  const later = String(Number(headers["webhook-timestamp"]) + 1);
  expect(() => receiver.verify(body, { ...headers, "webhook-timestamp": later })).toThrow();
  const old = await webhookHeaders([key], { ...message(), timestamp: message().timestamp - 3600 });
  expect(() => receiver.verify(body, old)).toThrow();
});
