import { expect, test } from "bun:test";
import { s3Client, s3RefusalIn } from "../../testing/s3-client.ts";
import { openS3World } from "../../testing/s3-world.ts";

const { world, operator, s3, keyOf, clock, passed, onRead } = await openS3World();

const put = (path: string, body: string, headers: Record<string, string> = {}) =>
  s3(`/s3/${path}`, { method: "PUT", body, headers });
const headersOf = async (path: string, headers: Record<string, string> = {}) =>
  Object.fromEntries((await s3(`/s3/${path}`, { method: "HEAD", headers })).headers);
const textOf = async (path: string, headers: Record<string, string> = {}) =>
  (await s3(`/s3/${path}`, { headers })).text();
const copy = (from: string, to: string, headers: Record<string, string> = {}) =>
  s3(`/s3/${to}`, { method: "PUT", headers: { "x-amz-copy-source": from, ...headers } });

test("tags come with an object, are changed, counted, and go along with a copy or not", async () => {
  await put("docs/tagged", "x", { "x-amz-tagging": "team=red&note=a%20b" });
  expect((await headersOf("docs/tagged"))["x-amz-tagging-count"]).toBe("2");
  expect(await textOf("docs/tagged?tagging")).toContain(
    "<TagSet><Tag><Key>team</Key><Value>red</Value></Tag><Tag><Key>note</Key><Value>a b</Value></Tag></TagSet>",
  );
  await copy("docs/tagged", "docs/kept");
  await copy("docs/tagged", "docs/replaced", { "x-amz-tagging-directive": "REPLACE", "x-amz-tagging": "new=1" });
  expect(await textOf("docs/kept?tagging")).toContain("<Value>red</Value>");
  expect(await textOf("docs/replaced?tagging")).toContain("<TagSet><Tag><Key>new</Key><Value>1</Value></Tag></TagSet>");
  const tags = "<Tagging><TagSet><Tag><Key>a</Key><Value></Value></Tag></TagSet></Tagging>";
  expect((await s3("/s3/docs/tagged?tagging", { method: "PUT", body: tags })).status).toBe(200);
  expect(await textOf("docs/tagged?tagging")).toContain("<TagSet><Tag><Key>a</Key><Value></Value></Tag></TagSet>");
  expect((await s3("/s3/docs/tagged?tagging", { method: "DELETE" })).status).toBe(204);
  expect((await headersOf("docs/tagged"))["x-amz-tagging-count"]).toBeUndefined();
  for (const [header, code] of [
    [Array.from({ length: 11 }, (_, i) => `k${i}=v`).join("&"), "BadRequest"],
    [`${"k".repeat(129)}=v`, "InvalidTag"],
    [`k=${"v".repeat(257)}`, "InvalidTag"],
    ["k%3C=v", "InvalidTag"],
    ["a=1&a=2", "InvalidArgument"],
  ])
    expect([code, ...(await s3RefusalIn(put("docs/never", "x", { "x-amz-tagging": header! })))]).toEqual([
      ...[code!, 400, code!],
    ]);
  const reader = s3Client(world, await keyOf({ read_only: true }));
  const call = { method: "PUT", body: tags };
  expect(await s3RefusalIn(reader("/s3/docs/tagged?tagging", call))).toEqual([403, "AccessDenied"]);
  expect(await s3RefusalIn(s3("/s3/docs/never?tagging", call))).toEqual([404, "NoSuchKey"]);
  await world.call("/api/files/docs/other-way", { method: "PUT", body: "x", headers: operator });
  expect((await s3("/s3/docs/other-way?tagging", call)).status).toBe(200);
  expect((await headersOf("docs/other-way"))["x-amz-tagging-count"]).toBe("1");
});

const ENABLED = { "x-amz-checksum-mode": "ENABLED" };

test("the checksum of an object is kept, and answered whenever a client asks for it", async () => {
  const sent = await put("docs/plain", "hello");
  expect(sent.headers.get("x-amz-checksum-crc64nvme")).toBe("M3eFcAZSQlc=");
  expect((await headersOf("docs/plain"))["x-amz-checksum-crc64nvme"]).toBeUndefined();
  expect(await headersOf("docs/plain", ENABLED)).toMatchObject({
    ...{ "x-amz-checksum-crc64nvme": "M3eFcAZSQlc=", "x-amz-checksum-type": "FULL_OBJECT" },
  });
  await put("docs/crc32", "hello", { "x-amz-checksum-crc32": "NhCmhg==" });
  expect((await headersOf("docs/crc32", ENABLED))["x-amz-checksum-crc32"]).toBe("NhCmhg==");
  expect((await headersOf("docs/crc32", { ...ENABLED, range: "bytes=0-1" }))["x-amz-checksum-crc32"]).toBeUndefined();
  await copy("docs/crc32", "docs/sha1", { "x-amz-checksum-algorithm": "SHA1" });
  expect((await headersOf("docs/sha1", ENABLED))["x-amz-checksum-sha1"]).toBe("qvTGHdzF6KLavt4PO0gs2a6pQ00=");
  expect(await textOf("docs?list-type=2&prefix=crc")).toContain("<ChecksumAlgorithm>CRC32</ChecksumAlgorithm>");
  const asked = { "x-amz-object-attributes": "ETag,Checksum,ObjectSize" };
  expect(await textOf("docs/crc32?attributes", asked)).toContain(
    "<ETag>5d41402abc4b2a76b9719d911017c592</ETag><Checksum><ChecksumCRC32>NhCmhg==</ChecksumCRC32>" +
      "<ChecksumType>FULL_OBJECT</ChecksumType></Checksum><ObjectSize>5</ObjectSize>",
  );
  expect(await s3RefusalIn(s3("/s3/docs/crc32?attributes"))).toEqual([400, "InvalidRequest"]);
});

test("an object whose key ends with / stands for a folder: in lists, and not among the files of the folder", async () => {
  expect((await put("docs/photos/", "")).status).toBe(200);
  await put("docs/photos/a", "x");
  expect((await headersOf("docs/photos/"))["content-length"]).toBe("0");
  const keys = [...(await textOf("docs?prefix=photos")).matchAll(/<Key>(.*?)<\/Key>/g)].map(([, key]) => key);
  expect(keys).toEqual(["photos/", "photos/a"]);
  expect(await textOf("docs?delimiter=/&prefix=photos/")).toContain("<Key>photos/</Key>");
  const folder = await world.call("/api/folders/docs?prefix=photos", { headers: operator });
  expect(((await folder.json()) as { data: { name: string }[] }).data.map(({ name }) => name)).toEqual(["a"]);
  expect(await s3RefusalIn(put("docs/photos/", "x"))).toEqual([400, "InvalidArgument"]);
  expect(await s3RefusalIn(s3("/s3/docs/photos"))).toEqual([404, "NoSuchKey"]);
  const moved = { bucket: "docs", from: "photos", to: "pictures", tree: true };
  expect((await world.send("/api/files/move", moved, operator)).status).toBe(200);
  expect((await headersOf("docs/pictures/"))["content-length"]).toBe("0");
  expect((await s3("/s3/docs/pictures/", { method: "DELETE" })).status).toBe(204);
  expect(await s3RefusalIn(s3("/s3/docs/pictures/"))).toEqual([404, "NoSuchKey"]);
  expect(await textOf("docs/pictures/a")).toBe("x");
});

test("a part of an object is read by its number", async () => {
  expect((await s3("/s3/docs/plain?partNumber=1")).headers.get("content-range")).toBe("bytes 0-4/5");
  expect(await s3RefusalIn(s3("/s3/docs/plain?partNumber=2"))).toEqual([416, "InvalidPartNumber"]);
  expect(await s3RefusalIn(s3("/s3/docs/plain?partNumber=0"))).toEqual([400, "InvalidArgument"]);
  expect(await s3RefusalIn(s3("/s3/docs/plain?partNumber=1", { headers: { range: "bytes=0-1" } }))).toEqual([
    400,
    "InvalidRequest",
  ]);
});

test("an access key for a bucket opens no later bucket of its name, and expires while bytes arrive too", async () => {
  await world.send("/api/buckets", { name: "again" }, operator);
  const old = s3Client(world, await keyOf({ buckets: ["again"] }));
  expect((await old("/s3/again")).status).toBe(200);
  await world.send("/api/buckets/again", undefined, operator, "DELETE");
  passed(10);
  await world.send("/api/buckets", { name: "again" }, operator);
  expect(await s3RefusalIn(old("/s3/again"))).toEqual([403, "AccessDenied"]);
  expect(await (await old("/s3")).text()).not.toContain("<Name>again</Name>");
  const ending = s3Client(world, await keyOf({ expires_at: new Date(clock.now() + 60_000).toISOString() }));
  const xml = await (await ending("/s3/docs/late?uploads=", { method: "POST" })).text();
  const id = /<UploadId>(.*?)</.exec(xml)![1]!;
  const { headers } = await ending(`/s3/docs/late?partNumber=1&uploadId=${id}`, { method: "PUT", body: "x" });
  const body = `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${headers.get("etag")}</ETag></Part></CompleteMultipartUpload>`;
  // The end of an upload reads the object.
  onRead(() => {
    passed(61_000);
    onRead(() => {});
  });
  expect(await s3RefusalIn(ending(`/s3/docs/late?uploadId=${id}`, { method: "POST", body }))).toEqual([
    403,
    "AccessDenied",
  ]);
  passed(-61_000);
  expect(await s3RefusalIn(s3("/s3/docs/late"))).toEqual([404, "NoSuchKey"]);
});

test("an access key opens a bucket that a process with a later clock has made before", async () => {
  passed(60_000);
  await world.send("/api/buckets", { name: "ahead" }, operator);
  passed(-60_000);
  const client = s3Client(world, await keyOf({ buckets: ["ahead"] }));
  expect((await client("/s3/ahead")).status).toBe(200);
});

const markedIn = (xml: string) =>
  [...xml.matchAll(/<(Version|DeleteMarker)><Key>(.*?)<\/Key><VersionId>(.*?)<\/VersionId><IsLatest>(.*?)</g)].map(
    ([, kind, key, id, latest]) => ({ kind, key, id: id!, latest: latest === "true" }),
  );
const versionsOf = async (prefix: string) => markedIn(await textOf(`kept?versions&prefix=${prefix}`));

test("a bucket keeps versions once it is asked to: they are listed, read, copied, and deleted for good", async () => {
  await world.send("/api/buckets", { name: "kept" }, operator);
  expect(await textOf("kept?versioning")).not.toContain("<Status>");
  const status = (value: string) => `<VersioningConfiguration><Status>${value}</Status></VersioningConfiguration>`;
  const enable = { method: "PUT", body: status("Enabled") };
  const limited = s3Client(world, await keyOf({ buckets: ["kept"] }));
  expect(await s3RefusalIn(limited("/s3/kept?versioning", enable))).toEqual([403, "AccessDenied"]);
  expect(await s3RefusalIn(s3("/s3/kept?versioning", { ...enable, body: status("On") }))).toEqual([
    400,
    "MalformedXML",
  ]);
  expect((await s3("/s3/kept?versioning", enable)).status).toBe(200);
  expect(await textOf("kept?versioning")).toContain("<Status>Enabled</Status>");

  const ids: string[] = [];
  for (const text of ["one", "two"]) ids.push((await put("kept/a", text)).headers.get("x-amz-version-id")!);
  const [one, two] = ids as [string, string];
  expect(await textOf(`kept/a?versionId=${one}`)).toBe("one");
  expect((await headersOf("kept/a"))["x-amz-version-id"]).toBe(two);
  expect(await versionsOf("a")).toEqual([
    { kind: "Version", key: "a", id: two, latest: true },
    { kind: "Version", key: "a", id: one, latest: false },
  ]);
  expect((await copy(`kept/a?versionId=${one}`, "kept/b")).headers.get("x-amz-copy-source-version-id")).toBe(one);
  expect(await textOf("kept/b")).toBe("one");

  const deleted = await s3("/s3/kept/a", { method: "DELETE" });
  const marker = deleted.headers.get("x-amz-version-id")!;
  expect(deleted.headers.get("x-amz-delete-marker")).toBe("true");
  expect(await s3RefusalIn(s3("/s3/kept/a"))).toEqual([404, "NoSuchKey"]);
  expect(await s3RefusalIn(s3(`/s3/kept/a?versionId=${marker}`))).toEqual([405, "MethodNotAllowed"]);
  expect((await versionsOf("a")).map(({ kind, id }) => [kind, id])).toEqual([
    ["DeleteMarker", marker],
    ["Version", two],
    ["Version", one],
  ]);
  expect(await textOf(`kept/a?versionId=${two}`)).toBe("two");
  expect(await s3RefusalIn(s3("/s3/kept", { method: "DELETE" }))).toEqual([409, "BucketNotEmpty"]);

  expect((await s3(`/s3/kept/a?versionId=${marker}`, { method: "DELETE" })).status).toBe(204);
  expect(await textOf("kept/a")).toBe("two");
  expect((await s3(`/s3/kept/a?versionId=${two}`, { method: "DELETE" })).status).toBe(204);
  expect(await textOf("kept/a")).toBe("one");
  expect((await s3(`/s3/kept/a?versionId=${one}`, { method: "DELETE" })).status).toBe(204);
  expect(await versionsOf("a")).toEqual([]);
  expect(await s3RefusalIn(s3(`/s3/kept/b?versionId=${one}`))).toEqual([404, "NoSuchVersion"]);
  expect(await s3RefusalIn(s3("/s3/kept/b?versionId=x"))).toEqual([400, "InvalidArgument"]);
  const [first, second] = [await put("kept/m", "1"), await put("kept/m", "2")];
  const named = `<Object><Key>m</Key><VersionId>${first.headers.get("x-amz-version-id")}</VersionId></Object>`;
  const body = `<Delete>${named}<Object><Key>b</Key></Object></Delete>`;
  const several = await (await s3("/s3/kept?delete", { method: "POST", body })).text();
  expect(several).toContain("<DeleteMarkerVersionId>deleted-");
  expect((await versionsOf("m")).map(({ id }) => id)).toEqual([second.headers.get("x-amz-version-id")!]);
  const other = s3Client(world, await keyOf({ prefix: "team/" }));
  expect(await (await other("/s3/kept?versions")).text()).not.toContain("<Key>");
});

test("a list of versions goes on where a page has ended", async () => {
  for (const key of ["p/a", "p/b", "p/c"]) for (const text of ["1", "2"]) await put(`kept/${key}`, text);
  const all = await versionsOf("p");
  expect(all.length).toBe(6);
  const seen: ReturnType<typeof markedIn> = [];
  for (let after = "", pages = 0; pages < 10; pages++) {
    const xml = await textOf(`kept?versions&prefix=p&max-keys=2${after}`);
    seen.push(...markedIn(xml));
    const [, key] = /<NextKeyMarker>(.*?)</.exec(xml) ?? [];
    const [, id] = /<NextVersionIdMarker>(.*?)</.exec(xml) ?? [];
    if (key === undefined) break;
    after = `&key-marker=${encodeURIComponent(key)}&version-id-marker=${id}`;
  }
  expect(seen).toEqual(all);
  expect(await textOf("kept?versions&delimiter=/&prefix=p")).toContain("<CommonPrefixes><Prefix>p/</Prefix>");
});
