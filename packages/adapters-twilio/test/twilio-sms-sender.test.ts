/** A stand-in on loopback answers as Twilio's documentation says of its Messages API; Twilio itself is not asked. */
import { afterAll, expect, test } from "bun:test";
import { smsSenderSuite } from "@plinth/conformance";
import { twilioSmsSender } from "../src/twilio-sms-sender.ts";

const ACCOUNT = "AC00000000000000000000000000000001";
const SERVICE = "MG00000000000000000000000000000001";
const FROM = "+15005550006";

const requests: { path: string; headers: Headers; body: URLSearchParams }[] = [];
let failure: { status: number; code?: number } | undefined;

const server = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  async fetch(request) {
    const body = new URLSearchParams(await request.text());
    const failed = failure;
    failure = undefined;
    if (failed) {
      const { status, code } = failed;
      const message = `The 'To' number ${body.get("To")} is not a valid phone number.`;
      return Response.json({ code, message, more_info: "https://www.twilio.com/docs", status }, { status });
    }
    requests.push({ path: new URL(request.url).pathname, headers: request.headers, body });
    return Response.json({ sid: "SM1", status: "queued", error_code: null }, { status: 201 });
  },
});
afterAll(() => server.stop(true));

const open = (from = FROM, endpoint = server.url.origin) =>
  twilioSmsSender({ accountSid: ACCOUNT, authToken: "t0ken", from, endpoint });

smsSenderSuite({
  test,
  open,
  received: () => requests.map(({ body }) => ({ to: body.get("To")!, text: body.get("Body")! })),
  refuse: (kind) => {
    failure = kind === "refused" ? { status: 400, code: 21211 } : { status: 429, code: 20429 };
  },
  openUnreachable: () => open(FROM, "http://127.0.0.1:1"),
});

const SMS = { id: "s-1", to: "+4915112345678", text: "Hi" };

test("the account is in the path and with its token in the credentials; the sender is a number or a service", async () => {
  await open().send(SMS);
  const { path, headers, body } = requests.at(-1)!;
  expect(path).toBe(`/2010-04-01/Accounts/${ACCOUNT}/Messages.json`);
  expect(headers.get("authorization")).toBe(`Basic ${btoa(`${ACCOUNT}:t0ken`)}`);
  expect([body.get("From"), body.has("MessagingServiceSid")]).toEqual([FROM, false]);
  await open(SERVICE).send(SMS);
  const { body: byService } = requests.at(-1)!;
  expect([byService.has("From"), byService.get("MessagingServiceSid")]).toEqual([false, SERVICE]);
});

for (const [what, status, code, kind] of [
  ["a wrong token", 401, 20003, "unavailable"],
  ["a sender that the account does not own", 400, 21606, "unavailable"],
  ["a number that cannot get messages", 400, 21614, "refused"],
  ["a recipient who wants none", 400, 21610, "refused"],
  ["a failure of Twilio's", 503, undefined, "unavailable"],
] as const) {
  test(`${what} is ${kind}, and the error names neither number nor token`, async () => {
    failure = { status, ...(code !== undefined && { code }) };
    const error = (await open()
      .send(SMS)
      .catch((thrown: unknown) => thrown)) as Error;
    expect(error).toMatchObject({ kind, message: `Twilio answered ${status}${code ? `, error ${code}` : ""}` });
    expect(JSON.stringify([error.message, error.stack])).not.toMatch(/t0ken|15112345678/);
  });
}
