/** What a real server answers only now and then: a stand-in on loopback answers, not S3. Nothing here checks a signature. */
import { afterAll, beforeEach, expect, test } from "bun:test";
import { s3FileStore } from "../src/s3-file-store.ts";
import { parseS3Xml } from "../src/s3-xml.ts";

const requests: string[] = [];
let answers: ((request: Request) => Response | Promise<Response>)[] = [];
const server = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  fetch(request) {
    requests.push(`${request.method} ${new URL(request.url).pathname}`);
    return (answers.shift() ?? (() => new Response("", { headers: { etag: '"e"' } })))(request);
  },
});
afterAll(() => server.stop(true));
beforeEach(() => {
  requests.length = 0;
  answers = [];
});

const keys = { accessKeyId: "AKIATEST", secretAccessKey: "s3cr3t", region: "eu-central-1", bucket: "files" };
const open = (more: object = {}) =>
  s3FileStore({ ...keys, endpoint: String(server.url), forcePathStyle: true, timeoutMs: 60_000, ...more });
const failure = (status: number, code: string) => () =>
  new Response(`<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>m</Message></Error>`, {
    status,
  });
const body = new TextEncoder().encode("hello");

test("an overloaded server is asked again, also for a conditional write", async () => {
  answers = [failure(503, "SlowDown"), failure(409, "ConditionalRequestConflict")];
  expect(await open().put("a", body, { condition: { absent: true } })).toEqual({ etag: "e", size: 5 });
  expect(requests).toEqual(Array(3).fill("PUT /files/a"));
});

test("a conditional write whose answer is an error of the server has an unknown outcome, and is not sent again", async () => {
  answers = [failure(500, "InternalError")];
  const call = open().put("a", body, { condition: { etag: "x" } });
  await expect(call).rejects.toMatchObject({ kind: "outcome_unknown" });
  expect(requests.length).toBe(1);
});

test("a write without a condition is sent again, and in the end the server is unavailable", async () => {
  answers = Array.from({ length: 5 }, () => failure(500, "InternalError"));
  await expect(open().put("a", body)).rejects.toMatchObject({ kind: "unavailable" });
  expect(requests.length).toBe(5);
});

test("a server that answers nothing is unavailable after one time for all attempts, also in the middle of a file", async () => {
  answers = Array.from({ length: 5 }, () => () => new Promise<Response>(() => {}));
  await expect(open({ timeoutMs: 20 }).head("a")).rejects.toMatchObject({ kind: "unavailable" });
  expect(requests).toEqual(["HEAD /files/a"]);
  answers = [
    () =>
      new Response(new ReadableStream({ start: (controller) => controller.enqueue(body) }), {
        headers: { etag: '"e"', "content-range": "bytes 0-9/10" },
      }),
  ];
  const { stream } = await open({ timeoutMs: 300 }).get("a");
  await expect(new Response(stream).text()).rejects.toMatchObject({ kind: "unavailable" });
});

test("an error with status 200 is an error", async () => {
  const head = () => new Response(null, { headers: { etag: '"e"', "content-length": "5" } });
  answers = [head, failure(200, "AccessDenied")];
  await expect(open().copy("a", "b")).rejects.toMatchObject({ name: "FileStoreError" });
  answers = [
    head,
    failure(200, "InternalError"),
    () => new Response("<CopyObjectResult><ETag>&quot;f&quot;</ETag></CopyObjectResult>"),
  ];
  expect(await open().copy("a", "b")).toEqual({ etag: "f", size: 5 });
});

test("the bucket is in the host's name, unless the path is asked for", async () => {
  const url = async (more: object) => {
    const store = s3FileStore({ ...keys, ...more });
    const { origin, pathname } = new URL(await store.presign("a/b", { method: "GET", expiresInSeconds: 60 }));
    return `${origin}${pathname}`;
  };
  expect(await url({})).toBe("https://files.s3.eu-central-1.amazonaws.com/a/b");
  expect(await url({ endpoint: "https://s3.example.com:9000/" })).toBe("https://files.s3.example.com:9000/a/b");
  expect(await url({ endpoint: "https://example.com/s3/", forcePathStyle: true })).toBe(
    "https://example.com/s3/files/a/b",
  );
});

test("XML with anything but elements and text is refused", () => {
  expect(parseS3Xml('<?xml version="1.0"?>\n<A x="1"><B>a &lt; &#x41;&#66;</B><C/></A>')).toEqual({
    name: "A",
    text: "",
    children: [
      { name: "B", text: "a < AB", children: [] },
      { name: "C", text: "", children: [] },
    ],
  });
  for (const wrong of [
    "",
    "text",
    "<A>",
    "<A></B>",
    "</A>",
    "<A/><B/>",
    "<A>&unknown;</A>",
    "<A>&#0;</A>",
    '<!DOCTYPE a [<!ENTITY x "y">]><A>&x;</A>',
    "<A><!-- c --></A>",
    "<A><![CDATA[x]]></A>",
    `${"<A>".repeat(20)}${"</A>".repeat(20)}`,
  ])
    expect(() => parseS3Xml(wrong)).toThrow();
});
