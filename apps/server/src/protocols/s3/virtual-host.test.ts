import { expect, test } from "bun:test";
import { testApp } from "../../testing/app.ts";
import { type S3Call, s3Client, s3RefusalIn, signedRequest, signedUrl } from "../../testing/s3-client.ts";
import { openS3World } from "../../testing/s3-world.ts";

const settings = { s3Domain: "s3.example.com" };
const { world, keys, s3, store } = await openS3World({ settings });
const DOCS = "http://docs.s3.example.com";
const textOf = async (answer: Response) => [answer.status, await answer.text()];
const wrong: [number, string] = [403, "SignatureDoesNotMatch"];

test("a bucket is found at its host name, and the endpoint at the domain", async () => {
  expect((await s3(`${DOCS}/a%20b/t`, { method: "PUT", body: "hello" })).status).toBe(200);
  for (const url of ["/s3/docs/a%20b/t", "http://s3.example.com/docs/a%20b/t", "http://s3.example.com/s3/docs/a%20b/t"])
    expect([url, ...(await textOf(await s3(url)))]).toEqual([url, 200, "hello"]);
  expect(await (await s3(`${DOCS}/?list-type=2`)).text()).toContain("<Key>a b/t</Key>");
  expect(await (await s3("http://s3.example.com/")).text()).toContain("<Name>docs</Name>");
  expect((await s3("http://new-one.s3.example.com/", { method: "PUT" })).status).toBe(200);
  expect(await textOf(await world.call(await signedUrl(keys, `${DOCS}/a%20b/t`)))).toEqual([200, "hello"]);
  expect(await s3RefusalIn(s3("http://no-such.s3.example.com/x"))).toEqual([404, "NoSuchBucket"]);
});

test("all paths of such a host are keys, those too that mean something elsewhere", async () => {
  for (const key of ["s3/docs/x", "t/acme/x", "operator/x", "health", "api/items"]) {
    await s3(`${DOCS}/${key}`, { method: "PUT", body: key });
    expect(await textOf(await s3(`/s3/docs/${key}`))).toEqual([200, key]);
  }
  expect((await world.call(`${DOCS}/admin`)).status).toBe(403);
});

test("a host name with an empty label leads nowhere", async () => {
  for (const host of ["...s3.example.com", "..s3.example.com", ".s3.example.com", "a..b.s3.example.com"])
    for (const path of ["/api/collections", "/docs/a%20b/t", "/health"])
      expect([host, path, (await world.call(`http://${host}${path}`)).status]).toEqual([host, path, 400]);
});

test("behind a proxy that changes host, port and scheme, it is the host that was sent", async () => {
  await s3("/s3/docs/proxied", { method: "PUT", body: "hello" });
  const call: S3Call = {
    as: { host: "docs.s3.example.com:8443" },
    added: { "x-forwarded-host": "docs.s3.example.com", "x-forwarded-port": "8443", "x-forwarded-proto": "https" },
  };
  const behind = testApp({ ...settings, trustProxy: 1 }, { driver: world.driver, files: async () => store });
  expect(await textOf(await s3Client(behind, keys)("/proxied", call))).toEqual([200, "hello"]);
  // Nobody else is believed to be one.
  expect((await s3("/proxied", call)).status).toBe(404);
});

test("the signature for an object of one bucket is none for one of another, by whatever name it is asked for", async () => {
  await s3(`${DOCS}/other/secret`, { method: "PUT", body: "open" });
  await s3("/s3/other/secret", { method: "PUT", body: "closed" });
  const { init } = await signedRequest(keys, `${DOCS}/other/secret`, {});
  const signed = { host: "docs.s3.example.com", "x-original-host": "docs.s3.example.com" };
  const headers = { ...(init.headers as Record<string, string>), ...signed };
  for (const url of ["http://s3.example.com/other/secret", "http://localhost:8787/s3/other/secret"])
    expect([url, await s3RefusalIn(world.call(url, { ...init, headers }))]).toEqual([url, wrong]);
  // The other way round: the path names the bucket, and the host another one.
  await s3("/s3/other/docs/a", { method: "PUT", body: "closed" });
  const path = await signedRequest(keys, "http://s3.example.com/docs/a", {});
  const moved = { ...(path.init.headers as Record<string, string>), "x-original-host": "s3.example.com" };
  const answer = world.call("http://other.s3.example.com/docs/a", { ...path.init, headers: moved });
  expect(await s3RefusalIn(answer)).toEqual(wrong);
  const dots = await signedRequest(keys, `${DOCS}/x`, { as: { path: "/../other/secret" } });
  expect((await world.call(`${DOCS}/../other/secret`, dots.init)).status).toBe(403);
});
