/** Messages as Python's `standardwebhooks` reads them, which is what receivers in Python have. */
import { afterAll, describe, expect, test } from "bun:test";
import path from "node:path";
import { bearer, testApp } from "../../apps/server/src/testing/app.ts";
import { pythonPackage, runProgram } from "../support/python-package.ts";

const VERSION = "1.1.0";
const found = await pythonPackage("standardwebhooks", VERSION);
const why = "reason" in found ? ` — ${found.reason}` : "";
if (why) console.log(`Python's standardwebhooks${why}`);

/** Prints what each message says, or the kind of its refusal. */
const RECEIVER = `
import json, sys
from standardwebhooks import Webhook
for secret, body, headers in json.load(sys.stdin):
    try:
        print(json.dumps(Webhook(secret).verify(body, headers)["type"]))
    except Exception as error:
        print(json.dumps(type(error).__name__))
`;

interface Message {
  readonly body: string;
  readonly headers: Record<string, string>;
}

const received: Message[] = [];
const receiver = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  async fetch(request) {
    received.push({ body: await request.text(), headers: Object.fromEntries(request.headers) });
    return new Response(null, { status: 204 });
  },
});
afterAll(() => receiver.stop(true));

describe.skipIf(why !== "")(`Python's standardwebhooks${why}`, () => {
  test("verifies messages by the secret and by the one before it, and no other text", async () => {
    const app = testApp({ privateAddresses: true });
    const operator = bearer(await app.signUp("operator@example.com"));
    const made = async (address: string, body?: object) => {
      const answer = await app.send(address, body, operator);
      expect([answer.status, answer.ok ? "" : await answer.text()]).toEqual([answer.status, ""]);
      return ((await answer.json()) as { data: { id: string; secret: string } }).data;
    };
    await made("/api/collections", { slug: "posts", fields: [{ name: "title", type: "text" }] });
    const url = `http://127.0.0.1:${receiver.port}`;
    const template = { type: "{{ event }}", title: "{{ data.after.title }}" };
    const plain = await made("/api/webhooks", { name: "plain", url, events: ["posts.*"] });
    const shaped = await made("/api/webhooks", { name: "shaped", url, events: ["posts.*"], template });
    const next = await made(`/api/webhooks/${shaped.id}/rotate`, { overlap_hours: 1 });
    await made("/api/items/posts", { title: "Größe, “size”, 大きさ" });
    while (received.length < 2) await app.app.tick();
    const isShaped = ({ body }: Message) => !("data" in (JSON.parse(body) as object));
    const [own, other] = [received.find((one) => !isShaped(one))!, received.find(isShaped)!];
    const asked = [
      [plain.secret, own],
      [shaped.secret, other],
      [next.secret, other],
      [plain.secret, other],
      [plain.secret, { ...own, body: own.body.replace("Größe", "Grösse") }],
      [plain.secret, { ...own, headers: { ...own.headers, "webhook-id": "msg_other" } }],
    ] as const;
    const input = JSON.stringify(asked.map(([secret, { body, headers }]) => [secret, body, headers]));
    const python = path.join((found as { bin: string }).bin, "python");
    const { code, text } = await runProgram([python, "-c", RECEIVER], { input });
    expect([code, ...text.trim().split("\n")]).toEqual([
      0,
      ...Array<string>(3).fill('"posts.create"'),
      ...Array<string>(3).fill('"WebhookVerificationError"'),
    ]);
  });
});
