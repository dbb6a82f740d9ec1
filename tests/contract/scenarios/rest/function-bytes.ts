import { as } from "../../as.ts";
import { INTERNALS, put, type Scenario, type Seen } from "../../scenario.ts";

/** Every byte, in two orders. */
const SENT = Uint8Array.from({ length: 512 }, (_, i) => (i < 256 ? i : i * 7) & 255);
const SECRET = "what the sender and the function know";

/** Sends the same bytes in each form, and compares what comes back by each way of reading. */
const MIRRORS = `export default async ({ request, env }) => {
  const address = new URL(request.url).searchParams.get("mirror");
  const given = await request.bytes();
  const key = await crypto.subtle.importKey("raw", new TextEncoder().encode(env.SECRET), { name: "HMAC", hash: "SHA-256" }, false, ["verify"]);
  const sign = Uint8Array.from(request.headers.get("x-signature").match(/../g), (pair) => Number.parseInt(pair, 16));
  const genuine = await crypto.subtle.verify("HMAC", key, sign, given);
  const send = (body) => fetch(address, { method: "POST", headers: { "content-type": "application/x-bytes" }, body });
  const same = (bytes) => bytes.length === given.length && bytes.every((byte, i) => byte === given[i]);
  const answers = await Promise.all([
    send(given),
    send(given.buffer),
    send(new DataView(given.buffer)),
    send(new ReadableStream({ start(stream) { stream.enqueue(given.subarray(0, 9)); stream.enqueue(given.subarray(9)); stream.close(); } })),
  ]);
  const [bytes, buffer, view, chunks] = answers;
  const read = [await bytes.bytes(), new Uint8Array(await buffer.arrayBuffer()), new Uint8Array(await view.arrayBuffer())];
  const parts = [];
  for await (const chunk of chunks.body) parts.push(...chunk);
  const text = await (await send("ä")).bytes();
  return { genuine, same: [...read, parts].map(same), types: answers.map(({ headers }) => headers.get("content-type")), text: [...text] };
};`;

async function signature(): Promise<string> {
  const encoded = new TextEncoder().encode(SECRET);
  const key = await crypto.subtle.importKey("raw", encoded, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return Buffer.from(await crypto.subtle.sign("HMAC", key, SENT)).toString("hex");
}

const hostOf = ({ outside }: Seen): string => new URL(outside.mirror).host;
const signed = await signature();

export const scenarios: Scenario[] = [
  {
    name: "functions: a foreign message is verified, sent on and read back byte by byte",
    as: as.anonymous,
    given: [
      {
        as: as.secretKey,
        request: (seen) =>
          put("/api/deployments/mirrors", {
            source: MIRRORS,
            permissions: { fetch: [hostOf(seen)] },
            http: { auth: "public" },
            limits: { cpu_ms: 2000, wall_ms: 30_000 },
          }),
        expect: { status: 200 },
      },
      {
        as: as.secretKey,
        request: put("/api/deployments/mirrors/secrets/SECRET", { value: SECRET }),
        expect: { status: 200, excludes: [SECRET] },
      },
    ],
    request: ({ outside }) => ({
      method: "POST",
      path: `/api/functions/mirrors?mirror=${encodeURIComponent(outside.mirror)}`,
      headers: { "content-type": "application/octet-stream", "x-signature": signed },
      raw: SENT,
    }),
    expect: {
      status: 200,
      body: {
        data: {
          genuine: true,
          same: [true, true, true, true],
          types: Array.from({ length: 4 }, () => "application/x-bytes"),
          text: [195, 164],
        },
      },
      excludes: [SECRET, ...INTERNALS],
    },
  },
];
