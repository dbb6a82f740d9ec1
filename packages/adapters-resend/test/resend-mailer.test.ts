/** Only the shape of the requests: a stand-in on loopback answers, not Resend. */
import { afterAll, expect, test } from "bun:test";
import { mailerSuite } from "@plinth/conformance";
import { resendMailer } from "../src/resend-mailer.ts";

interface Sent {
  from: string;
  to: string[];
  subject: string;
  text: string;
  html?: string;
}

const requests: { headers: Headers; body: Sent }[] = [];
let status = 200;
const server = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  async fetch(request) {
    const answer = status;
    status = 200;
    if (answer !== 200) return Response.json({ message: "quoted: ada@example.org token" }, { status: answer });
    requests.push({ headers: request.headers, body: (await request.json()) as Sent });
    return Response.json({ id: "1" });
  },
});
afterAll(() => server.stop(true));

const open = () => resendMailer({ key: "re_test", endpoint: `${server.url}emails` });

mailerSuite({
  test,
  open,
  received: () => requests.map(({ body }) => ({ ...body, from: /<(.*)>$/.exec(body.from)?.[1] ?? body.from })),
  refuse: (kind) => {
    status = kind === "refused" ? 422 : 429;
  },
  openUnreachable: () => resendMailer({ key: "re_test", endpoint: "http://127.0.0.1:1/emails" }),
});

test("the key is a bearer, the mail's id the idempotency key, and a name with a comma is quoted", async () => {
  const from = { address: "no-reply@example.com", name: 'Example, "Inc"' };
  await open().send({ id: "m-1", from, to: "ada@example.org", subject: "Hi", text: "Hi" });
  const { headers, body } = requests.at(-1)!;
  expect(headers.get("authorization")).toBe("Bearer re_test");
  expect(headers.get("idempotency-key")).toBe("m-1");
  expect(body.from).toBe('"Example, Inc" <no-reply@example.com>');
});

test("a wrong key leaves the mail to be sent later", async () => {
  status = 401;
  const mail = { id: "m-2", from: { address: "a@example.com" }, to: "b@example.com", subject: "", text: "" };
  await expect(open().send(mail)).rejects.toMatchObject({ kind: "unavailable" });
});
