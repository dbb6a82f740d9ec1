import { expect, test } from "bun:test";
import { type S3Call, type S3Keys, s3Client, s3RefusalIn, signedRequest, signedUrl } from "../../testing/s3-client.ts";
import { openS3World } from "../../testing/s3-world.ts";

const { world, operator, keys, s3, keyOf, clock, passed } = await openS3World();
const { now } = clock;

const put = (path: string, body: string, more: S3Call = {}) => s3(`/s3/${path}`, { method: "PUT", body, ...more });
const textOf = async (answer: Response | Promise<Response>) => [(await answer).status, await (await answer).text()];
const keysIn = (xml: string) => [...xml.matchAll(/<Key>(.*?)<\/Key>/g)].map(([, key]) => key);
const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));
const HELLO_MD5 = '"5d41402abc4b2a76b9719d911017c592"';

test("an object comes back as it was sent, and is a file of the workspace", async () => {
  const sent = await put("docs/a/gr%C3%B6%C3%9Fe%201%2B2.txt", "hello", {
    headers: { "content-type": "text/plain", "x-amz-meta-mtime": "12.5", "cache-control": "max-age=5" },
  });
  expect([sent.status, sent.headers.get("etag")]).toEqual([200, HELLO_MD5]);
  const got = await s3("/s3/docs/a/gr%C3%B6%C3%9Fe%201%2B2.txt");
  expect(Object.fromEntries(got.headers)).toMatchObject({
    ...{ etag: HELLO_MD5, "x-amz-meta-mtime": "12.5", "cache-control": "max-age=5", "content-length": "5" },
    ...{ "x-content-type-options": "nosniff" },
  });
  expect(await textOf(got)).toEqual([200, "hello"]);
  const bare = { "if-none-match": HELLO_MD5.replaceAll('"', "") };
  expect((await s3("/s3/docs/a/gr%C3%B6%C3%9Fe%201%2B2.txt", { headers: bare })).status).toBe(304);
  const file = await world.call("/api/files/docs/a/gr%C3%B6%C3%9Fe%201+2.txt", { headers: operator });
  expect(await file.text()).toBe("hello");
  const listed = await (await s3("/s3/docs?list-type=2&encoding-type=url&prefix=a%2F")).text();
  expect(listed).toContain("<Key>a/gr%C3%B6%C3%9Fe%201%2B2.txt</Key>");
  expect(listed).toContain(HELLO_MD5.replaceAll('"', "&quot;"));
});

test("a file that came in another way has a tag that no client takes for an MD5", async () => {
  await world.call("/api/files/docs/other-way.txt", { method: "PUT", body: "hello", headers: operator });
  expect((await s3("/s3/docs/other-way.txt")).headers.get("etag")).toMatch(/^"[0-9a-f]{32}-0"$/);
});

test("lists are in the order of bytes, by pages, with folders by the delimiter", async () => {
  const names = ["b/1", "b/2", "b-1", "b0", "B", "é", "\u{1f600}", "\uffee"];
  for (const name of names) expect((await put(`other/l/${encodeURIComponent(name)}`, "x")).status).toBe(200);
  const inOrder = names.map((name) => `l/${name}`).sort(byBytes);
  expect(keysIn(await (await s3("/s3/other?prefix=l%2F")).text())).toEqual(inOrder);
  const seen: string[] = [];
  for (let token = "", pages = 0; pages < 20; pages++) {
    const more = token === "" ? "" : `&continuation-token=${token}`;
    const xml = await (await s3(`/s3/other?list-type=2&max-keys=2&delimiter=%2F&prefix=l%2F${more}`)).text();
    const found = [...xml.matchAll(/<(?:Key|CommonPrefixes><Prefix)>(.+?)</g)].map(([, key]) => key!);
    expect(found.length).toBeLessThanOrEqual(2);
    seen.push(...found.sort(byBytes));
    token = /<NextContinuationToken>(.*?)</.exec(xml)?.[1] ?? "";
    if (token === "") break;
  }
  expect(seen).toEqual(inOrder.filter((key) => key !== "l/b/2").map((key) => (key === "l/b/1" ? "l/b/" : key)));
  expect(keysIn(await (await s3("/s3/other?marker=l%2Fb0&prefix=l%2F")).text())).toEqual(
    inOrder.slice(inOrder.indexOf("l/b0") + 1),
  );
});

test("several keys are deleted by one request, and a key that is not there is no error", async () => {
  for (const name of ["one", "two"]) await put(`docs/d/${name}`, "x");
  const body = "<Delete><Object><Key>d/one</Key></Object><Object><Key>d//&lt;</Key></Object></Delete>";
  const xml = await (await s3("/s3/docs?delete", { method: "POST", body })).text();
  expect(keysIn(xml)).toEqual(["d/one", "d//&lt;"]);
  expect(keysIn(await (await s3("/s3/docs?prefix=d%2F")).text())).toEqual(["d/two"]);
  expect((await s3("/s3/docs/d/one", { method: "DELETE" })).status).toBe(204);
  const bomb = '<!DOCTYPE x [<!ENTITY a "b">]><Delete><Object><Key>&a;</Key></Object></Delete>';
  expect(await s3RefusalIn(s3("/s3/docs?delete", { method: "POST", body: bomb }))).toEqual([400, "MalformedXML"]);
});

test("of fifty who make an object at once, one does; of fifty who replace it, one does", async () => {
  const race = async (headers: Record<string, string>) => {
    const all = await Promise.all(Array.from({ length: 50 }, (_, n) => put("docs/race", `text ${n}`, { headers })));
    return all.map(({ status }) => status).sort();
  };
  const once = [200, ...Array(49).fill(412)];
  expect(await race({ "if-none-match": "*" })).toEqual(once);
  const etag = (await s3("/s3/docs/race")).headers.get("etag")!;
  expect(await race({ "if-match": etag })).toEqual(once);
});

test("bytes that are not those that were signed or summed up are refused, and nothing is stored", async () => {
  const other = { ...(await signedRequest(keys, "/s3/docs/never", { method: "PUT", body: "hello" })) };
  const sent = await world.call(other.url, { ...other.init, body: "jello" });
  expect(await s3RefusalIn(sent)).toEqual([400, "XAmzContentSHA256Mismatch"]);
  for (const [headers, code] of [
    [{ "x-amz-checksum-crc32": "AAAAAA==" }, "BadDigest"],
    [{ "x-amz-checksum-crc64nvme": "AAAAAA==" }, "InvalidRequest"],
    [{ "content-md5": "1B2M2Y8AsgTpgAmY7PhCfg==" }, "BadDigest"],
    [{ "content-md5": "x" }, "InvalidDigest"],
  ] as const)
    expect(await s3RefusalIn(put("docs/never", "hello", { headers }))).toEqual([400, code]);
  const trailing = (sum: string) =>
    put("docs/never", `5\r\nhello\r\n0\r\nx-amz-checksum-crc32:${sum}\r\n\r\n`, {
      payloadHash: "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
      headers: { "x-amz-trailer": "x-amz-checksum-crc32", "x-amz-decoded-content-length": "5" },
    });
  expect(await s3RefusalIn(trailing("AAAAAA=="))).toEqual([400, "BadDigest"]);
  expect(await s3RefusalIn(s3("/s3/docs/never"))).toEqual([404, "NoSuchKey"]);
  const right = await trailing("NhCmhg==");
  expect([right.status, right.headers.get("x-amz-checksum-crc32")]).toEqual([200, "NhCmhg=="]);
});

test("a signature is right behind proxies that change host, port, scheme and path", async () => {
  await put("docs/proxied/a b", "hello");
  const path = "/s3/docs/proxied/a%20b";
  const calls: S3Call[] = [
    { as: { host: "files.example.com" }, added: { "x-forwarded-host": "files.example.com" } },
    {
      as: { host: "files.example.com:8443" },
      added: { "x-forwarded-host": "files.example.com", "x-forwarded-port": "8443" },
    },
    { as: { path: "/docs/proxied/a%20b" } },
    { as: { path: "/store/s3/docs/proxied/a%20b" }, added: { "x-forwarded-prefix": "/store" } },
  ];
  for (const call of calls) expect([call, ...(await textOf(s3(path, call)))]).toEqual([call, 200, "hello"]);
  expect((await s3("/t/default/s3/docs/proxied/a%20b", {})).status).toBe(200);
});

test("no header makes the signature for one object that for another", async () => {
  await put("docs/x/s3/other/secret", "open");
  await put("other/secret", "closed");
  const signed = "/s3/docs/x/s3/other/secret";
  for (const prefix of ["/s3/docs/x", "/docs/x", "/s3/docs/x/s3"]) {
    const added = { "x-forwarded-prefix": prefix };
    expect([prefix, ...(await s3RefusalIn(s3("/s3/other/secret", { as: { path: signed }, added })))]).toEqual([
      prefix,
      403,
      "SignatureDoesNotMatch",
    ]);
  }
  const stripped = { as: { path: "/docs/x/s3/other/secret" }, added: { "x-forwarded-prefix": "/docs/x" } };
  expect(await s3RefusalIn(s3("/s3/other/secret", stripped))).toEqual([403, "SignatureDoesNotMatch"]);
});

test("a URL makes no object a script of this origin, and no list of values another key", async () => {
  await put("docs/script.txt", "alert(1)");
  const shown = async (type: string) => {
    const answer = await s3(`/s3/docs/script.txt?response-content-type=${encodeURIComponent(type)}`);
    return answer.headers.get("content-type");
  };
  for (const type of ["text/javascript", "application/javascript; charset=utf-8", "Text/JavaScript"])
    expect([type, await shown(type)]).toEqual([type, expect.stringMatching(/^text\/plain/)]);
  expect(await shown("image/png")).toBe("image/png");
  await put("docs/x,y", "one");
  await put("docs/x, y", "another");
  const copied = s3("/s3/docs/copy", {
    method: "PUT",
    headers: { "x-amz-copy-source": "docs/x,y" },
    added: { "x-amz-copy-source": "docs/x, y" },
  });
  expect(await s3RefusalIn(copied)).toEqual([403, "SignatureDoesNotMatch"]);
});

test("whoever has no right signature, or another time, is refused", async () => {
  const denied = async (change: (headers: Record<string, string>) => void, call: S3Call = {}) => {
    const { url, init } = await signedRequest(keys, "/s3/docs/race", call);
    change(init.headers as Record<string, string>);
    return s3RefusalIn(await world.call(url, init));
  };
  expect(await denied(() => {}, { at: now() - 16 * 60_000 })).toEqual([403, "RequestTimeTooSkewed"]);
  expect(await denied(() => {}, { at: now() + 16 * 60_000 })).toEqual([403, "RequestTimeTooSkewed"]);
  expect(await denied((headers) => delete headers.authorization)).toEqual([403, "AccessDenied"]);
  expect(await denied((headers) => (headers.authorization = "AWS a:b"))).toEqual([400, "InvalidRequest"]);
  expect(await denied((headers) => (headers["x-amz-meta-more"] = "b"))).toEqual([403, "AccessDenied"]);
  expect(await denied((headers) => (headers["x-amz-copy-source"] = "other/secret"), { method: "PUT" })).toEqual([
    403,
    "AccessDenied",
  ]);
  const wrong = { ...keys, secret_access_key: "x" };
  expect(await s3RefusalIn(s3Client(world, wrong)("/s3/docs/race"))).toEqual([403, "SignatureDoesNotMatch"]);
  expect(await s3RefusalIn(s3Client(world, { ...keys, access_key_id: "PLNTX" })("/s3/docs/race"))).toEqual([
    403,
    "InvalidAccessKeyId",
  ]);
  expect(await s3RefusalIn(world.call("/s3/docs/race", { headers: operator }))).toEqual([403, "AccessDenied"]);
});

test("a signed URL is for one request until it expires", async () => {
  const url = await signedUrl(keys, "/s3/docs/race");
  expect((await world.call(url)).status).toBe(200);
  expect(await s3RefusalIn(world.call(url.replace("race", "other")))).toEqual([403, "SignatureDoesNotMatch"]);
  expect(await s3RefusalIn(world.call(url, { method: "DELETE" }))).toEqual([403, "SignatureDoesNotMatch"]);
  expect(await s3RefusalIn(world.call(await signedUrl(keys, "/s3/docs/race", { at: now() - 61_000 })))).toEqual([
    403,
    "AccessDenied",
  ]);
  expect(await s3RefusalIn(world.call(await signedUrl(keys, "/s3/docs/race", { expires: 604_801 })))).toEqual([
    400,
    "AuthorizationQueryParametersError",
  ]);
});

test("an access key reaches its buckets and its prefix, and one that reads does not write", async () => {
  await put("docs/team/a", "x");
  const limited = s3Client(world, await keyOf({ buckets: ["docs"], prefix: "team/", read_only: true }));
  expect((await limited("/s3/docs/team/a")).status).toBe(200);
  expect(keysIn(await (await limited("/s3/docs")).text())).toEqual(["team/a"]);
  expect(await (await limited("/s3")).text()).not.toContain("<Name>other</Name>");
  for (const [path, method, body] of [
    ["/s3/docs/race", "GET"],
    ["/s3/other/secret", "GET"],
    ["/s3/other", "GET"],
    ["/s3/docs/team/a", "PUT", "y"],
    ["/s3/docs/team/a", "DELETE"],
    ["/s3/new-bucket", "PUT"],
    ["/s3/docs", "DELETE"],
  ] as const) {
    const call = { method, ...(body !== undefined && { body }) };
    expect([path, method, ...(await s3RefusalIn(limited(path, call)))]).toEqual([path, method, 403, "AccessDenied"]);
  }
  const writer = s3Client(world, await keyOf({ prefix: "team/" }));
  const copy = { "x-amz-copy-source": "/other/secret" };
  expect(await s3RefusalIn(writer("/s3/docs/team/b", { method: "PUT", headers: copy }))).toEqual([403, "AccessDenied"]);
  const own = { "x-amz-copy-source": "docs/team/a" };
  expect((await writer("/s3/docs/team/b", { method: "PUT", headers: own })).status).toBe(200);
  const several = "<Delete><Object><Key>team/b</Key></Object><Object><Key>race</Key></Object></Delete>";
  const xml = await (await writer("/s3/docs?delete", { method: "POST", body: several })).text();
  expect(xml).toContain("<Deleted><Key>team/b</Key></Deleted><Error><Key>race</Key><Code>AccessDenied</Code>");
});

test("an access key ends when it is revoked or expires, and a file in quarantine is not read by it", async () => {
  const file = await world.call(`/api/items/files?filter=${encodeURIComponent('{"path":"race"}')}`, {
    headers: operator,
  });
  const [{ id }] = ((await file.json()) as { data: [{ id: string }] }).data;
  await world.send(`/api/items/files/${id}`, { state: "quarantined" }, operator, "PATCH");
  expect(await s3RefusalIn(s3("/s3/docs/race"))).toEqual([403, "AccessDenied"]);
  const short = await keyOf({ expires_at: new Date(now() + 60_000).toISOString() });
  const revoked = await keyOf();
  expect((await s3Client(world, short)("/s3")).status).toBe(200);
  await world.send(`/api/s3-keys/${revoked.id}`, undefined, operator, "DELETE");
  passed(61_000);
  for (const one of [short, revoked])
    expect(await s3RefusalIn(s3Client(world, one)("/s3"))).toEqual([403, "InvalidAccessKeyId"]);
  passed(-61_000);
});

test("the access key of an archived workspace, and one of another workspace, open nothing", async () => {
  await world.send("/api/workspaces", { slug: "acme", name: "Acme" }, operator);
  const there = { ...operator, "x-plinth-workspace": "acme" };
  const made = await world.send("/api/s3-keys", { name: "test" }, there);
  const acme = s3Client(world, ((await made.json()) as { data: S3Keys }).data);
  expect((await acme("/s3")).status).toBe(200);
  expect(await s3RefusalIn(acme("/s3/docs/team/a"))).toEqual([404, "NoSuchBucket"]);
  expect(await s3RefusalIn(acme("/t/default/s3"))).toEqual([403, "AccessDenied"]);
  expect((await world.send("/api/workspaces/acme/archive", {}, operator)).status).toBe(200);
  expect(await s3RefusalIn(acme("/s3"))).toEqual([403, "AccessDenied"]);
});

test("what the endpoint does not offer is refused, and keys that no file can have", async () => {
  for (const [path, call, refused] of [
    ["/s3/docs?acl", {}, [501, "NotImplemented"]],
    ["/s3/docs", { headers: { "x-amz-expected-bucket-owner": "somebody" } }, [403, "AccessDenied"]],
    ["/s3/docs/race?retention", {}, [501, "NotImplemented"]],
    ["/s3/docs/x", { method: "PUT", headers: { "x-amz-acl": "public-read" } }, [400, "AccessControlListNotSupported"]],
    ["/s3/docs/x", { method: "PUT", headers: { "x-amz-object-lock-mode": "COMPLIANCE" } }, [501, "NotImplemented"]],
    ["/s3/docs/race", { method: "DELETE", headers: { "x-amz-if-match-size": "1" } }, [501, "NotImplemented"]],
    ["/s3/docs/folder/", { method: "PUT", body: "x" }, [400, "InvalidArgument"]],
    ["/s3/docs/a//b", { method: "PUT" }, [400, "InvalidArgument"]],
    [`/s3/docs/${"k".repeat(1025)}`, { method: "PUT" }, [400, "KeyTooLongError"]],
    ["/s3/docs/a//b", {}, [404, "NoSuchKey"]],
    ["/s3/missing/a", {}, [404, "NoSuchBucket"]],
    ["/s3/Bad_Name", { method: "PUT" }, [400, "InvalidBucketName"]],
    ["/s3/docs", { method: "PUT" }, [409, "BucketAlreadyOwnedByYou"]],
    ["/s3/docs", { method: "DELETE" }, [409, "BucketNotEmpty"]],
  ] as const)
    expect([path, ...(await s3RefusalIn(s3(path, call)))]).toEqual([path, ...refused]);
  expect(await s3RefusalIn(world.call("/s3/docs/%ff"))).toEqual([400, "InvalidURI"]);
});

test("errors name what is wrong, also where more than one thing is", async () => {
  const errorOf = async (answer: Response | Promise<Response>) => (await answer).text();
  expect(await errorOf(s3("/s3/docs", { payloadHash: "none" }))).toContain("<ArgumentValue>none</ArgumentValue>");
  const other = await signedRequest(keys, "/s3/docs?delete", { method: "POST", body: "x" });
  expect(await errorOf(world.call(other.url, { ...other.init, body: "y" }))).toMatch(
    /<ClientComputedContentSHA256>2d711.*<S3ComputedContentSHA256>a1fce/,
  );
  const md5 = await errorOf(put("docs/never", "hello", { headers: { "content-md5": "1B2M2Y8AsgTpgAmY7PhCfg==" } }));
  expect(md5).toContain("<ExpectedDigest>d41d8cd98f00b204e9800998ecf8427e</ExpectedDigest>");
  const two = { "x-amz-checksum-crc32": "AAAAAA==", "x-amz-checksum-sha512": "x" };
  expect(await errorOf(put("docs/never", "hello", { headers: two }))).toContain("Expecting a single x-amz-checksum-");
  for (const [source, message] of [
    ["192.168.1.1/x", "Invalid copy source bucket name"],
    ["docs", "Invalid copy source object key"],
    ["docs/a/../b", "Invalid copy source object key"],
  ] as const)
    expect(await errorOf(s3("/s3/docs/never", { method: "PUT", headers: { "x-amz-copy-source": source } }))).toContain(
      message,
    );
});
