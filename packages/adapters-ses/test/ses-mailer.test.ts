/** Only the shape of the requests: a stand-in on loopback answers, not SES. Nothing here checks the signature. */
import { afterAll, expect, test } from "bun:test";
import { mailerSuite } from "@plinth/conformance";
import { sesMailer } from "../src/ses-mailer.ts";

interface Part {
  Data: string;
}
interface Sent {
  FromEmailAddress: string;
  Destination: { ToAddresses: string[] };
  Content: { Simple: { Subject: Part; Body: { Text: Part; Html?: Part } } };
}

const requests: { path: string; headers: Headers; body: Sent }[] = [];
let refusal: { status: number; type: string } | undefined;
const server = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  async fetch(request) {
    if (refusal) {
      const { status, type } = refusal;
      refusal = undefined;
      return Response.json({ message: "token" }, { status, headers: { "x-amzn-errortype": `${type}:http://x` } });
    }
    requests.push({
      path: new URL(request.url).pathname,
      headers: request.headers,
      body: (await request.json()) as Sent,
    });
    return Response.json({ MessageId: "1" });
  },
});
afterAll(() => server.stop(true));

const keys = { accessKeyId: "AKIATEST", secretAccessKey: "s3cr3t/with+signs", region: "eu-central-1" };
const open = (endpoint = String(server.url).replace(/\/$/, "")) => sesMailer({ ...keys, endpoint });

mailerSuite({
  test,
  open,
  received: () =>
    requests.map(({ body: { FromEmailAddress: from, Destination, Content } }) => ({
      from: /<(.*)>$/.exec(from)?.[1] ?? from,
      to: Destination.ToAddresses,
      subject: Content.Simple.Subject.Data,
      text: Content.Simple.Body.Text.Data,
      html: Content.Simple.Body.Html?.Data,
    })),
  refuse: (kind) => {
    refusal =
      kind === "refused" ? { status: 400, type: "MessageRejected" } : { status: 429, type: "TooManyRequestsException" };
  },
  openUnreachable: () => open("http://127.0.0.1:1"),
});

test("a request is signed for SES in the region, and holds no secret", async () => {
  await open().send({ id: "m", from: { address: "a@example.com" }, to: "b@example.com", subject: "Hi", text: "Hi" });
  const { path, headers } = requests.at(-1)!;
  expect(path).toBe("/v2/email/outbound-emails");
  expect(headers.get("authorization")).toMatch(
    /^AWS4-HMAC-SHA256 Credential=AKIATEST\/\d{8}\/eu-central-1\/ses\/aws4_request, SignedHeaders=.*host/,
  );
  expect(JSON.stringify([...headers])).not.toContain(keys.secretAccessKey);
});
