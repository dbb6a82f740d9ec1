import { expect, test } from "bun:test";
import { toBase64 } from "@plinth/core";
import { s3Digest } from "@plinth/engine";
import { s3Client, s3RefusalIn } from "../../testing/s3-client.ts";
import { openS3World } from "../../testing/s3-world.ts";

const { world, s3, keyOf } = await openS3World();

/** In base64, by the bytes of the whole. */
async function crc64Of(text: string): Promise<string> {
  const digest = s3Digest({}, "crc64nvme");
  digest.update(new TextEncoder().encode(text));
  return toBase64(await digest.digest());
}

const part = (path: string, id: string, number: number, body: string) =>
  s3(`/s3/${path}?partNumber=${number}&uploadId=${id}`, { method: "PUT", body });
const begin = async (path: string, client = s3) => {
  const xml = await (await client(`/s3/${path}?uploads=`, { method: "POST" })).text();
  return /<UploadId>(.*?)</.exec(xml)![1]!;
};
const complete = (path: string, id: string, parts: readonly (readonly [number, string])[], headers = {}) => {
  const list = parts.map(([number, etag]) => `<Part><PartNumber>${number}</PartNumber><ETag>${etag}</ETag></Part>`);
  const body = `<CompleteMultipartUpload>${list.join("")}</CompleteMultipartUpload>`;
  return s3(`/s3/${path}?uploadId=${id}`, { method: "POST", body, headers });
};

test("an object arrives in parts, in any order, and is there when it is complete", async () => {
  const id = await begin("docs/parts");
  const first = "a".repeat(5 * 1024 ** 2);
  const sent = await Promise.all([first, "end"].map((body, i) => part("docs/parts", id, i + 1, body)));
  const etags = ["", ...sent.map(({ headers }) => headers.get("etag")!)];
  expect(etags[2]).toBe('"7f021a1415b86f2d013b2618fb31ae53"');
  expect(await s3RefusalIn(s3("/s3/docs/parts"))).toEqual([404, "NoSuchKey"]);
  const listed = await (await s3(`/s3/docs/parts?uploadId=${id}&max-parts=1`)).text();
  expect(listed).toContain("<NextPartNumberMarker>1</NextPartNumberMarker>");
  expect(listed).toContain("<IsTruncated>true</IsTruncated>");
  expect(await (await s3("/s3/docs?uploads&prefix=par")).text()).toContain(`<UploadId>${id}</UploadId>`);
  const one = [1, etags[1]!] as const;
  const two = [2, etags[2]!] as const;
  for (const [parts, code] of [
    [[two, one], "InvalidPartOrder"],
    [[one, [3, etags[2]!]], "InvalidPart"],
    [[one, [2, etags[1]!]], "InvalidPart"],
    [[], "MalformedXML"],
  ] as const)
    expect([code, ...(await s3RefusalIn(complete("docs/parts", id, parts)))]).toEqual([code, 400, code]);
  const wrong = { "x-amz-checksum-crc64nvme": "AAAAAAAAAAA=", "x-amz-checksum-type": "FULL_OBJECT" };
  expect(await s3RefusalIn(complete("docs/parts", id, [one, two], wrong))).toEqual([400, "BadDigest"]);
  const right = { "if-none-match": "*", "x-amz-checksum-crc64nvme": await crc64Of(`${first}end`) };
  const done = await complete("docs/parts", id, [one, two], right);
  expect([done.status, await done.text()]).toEqual([
    200,
    expect.stringMatching(/<ETag>&quot;[0-9a-f]{32}-2&quot;<\/ETag>/),
  ]);
  const object = await s3("/s3/docs/parts", { headers: { range: "bytes=5242878-5242882" } });
  expect([await object.text(), object.headers.get("etag")]).toEqual(["aaend", expect.stringMatching(/-2"$/)]);
  const asked = { "x-amz-object-attributes": "ObjectParts" };
  const parts = (marker: string) =>
    s3("/s3/docs/parts?attributes", { headers: { ...asked, "x-amz-part-number-marker": marker } });
  expect(await (await parts("1")).text()).toContain("<PartNumberMarker>1</PartNumberMarker>");
  expect(await s3RefusalIn(parts("x"))).toEqual([400, "InvalidArgument"]);
  expect((await complete("docs/parts", id, [one, two])).status).toBe(200);
  expect(await (await s3("/s3/docs?uploads")).text()).not.toContain("<UploadId>");
});

test("parts that are too small, uploads that were ended, and those of others", async () => {
  const id = await begin("docs/small");
  const tags = await Promise.all([1, 2].map(async (n) => (await part("docs/small", id, n, "x")).headers.get("etag")!));
  const both = [
    [1, tags[0]!],
    [2, tags[1]!],
  ] as const;
  expect(await s3RefusalIn(complete("docs/small", id, both))).toEqual([400, "EntityTooSmall"]);
  const copied = await s3(`/s3/docs/small?partNumber=3&uploadId=${id}`, {
    ...{ method: "PUT", headers: { "x-amz-copy-source": "docs/parts", "x-amz-copy-source-range": "bytes=0-1" } },
  });
  expect(await copied.text()).toContain("<ETag>&quot;4124bc0a9335c27f086f24ba207a4912&quot;</ETag>");
  expect(await s3RefusalIn(part("docs/other", id, 1, "x"))).toEqual([404, "NoSuchUpload"]);
  expect(await s3RefusalIn(part("docs/small", id, 10_001, "x"))).toEqual([400, "InvalidArgument"]);
  const limited = s3Client(world, await keyOf({ prefix: "team/" }));
  const call = { method: "PUT", body: "x" };
  expect(await s3RefusalIn(limited(`/s3/docs/small?partNumber=1&uploadId=${id}`, call))).toEqual([403, "AccessDenied"]);
  expect(await (await limited("/s3/docs?uploads")).text()).not.toContain(id);
  expect((await s3(`/s3/docs/small?uploadId=${id}`, { method: "DELETE" })).status).toBe(204);
  expect(await s3RefusalIn(part("docs/small", id, 1, "x"))).toEqual([404, "NoSuchUpload"]);
  expect(await (await s3("/s3/docs?uploads")).text()).not.toContain("<UploadId>");
});

test("uploads are listed with a delimiter, by pages that go on behind what begins alike", async () => {
  for (const key of ["u/a/1", "u/a/2", "u/b", "u/c/1", "u/d"]) await begin(`other/${key}`);
  const seen: string[] = [];
  for (let marker = "", pages = 0; pages < 10; pages++) {
    const xml = await (await s3(`/s3/other?uploads&prefix=u%2F&delimiter=%2F&max-uploads=1${marker}`)).text();
    seen.push(...[...xml.matchAll(/<(?:Upload><Key|CommonPrefixes><Prefix)>(.*?)</g)].map(([, key]) => key!));
    const [, key, id] = /<NextKeyMarker>(.*?)<.*<NextUploadIdMarker>(.*?)</.exec(xml) ?? [];
    if (!key) break;
    marker = `&key-marker=${encodeURIComponent(key)}&upload-id-marker=${id}`;
  }
  expect(seen).toEqual(["u/a/", "u/b", "u/c/", "u/d"]);
});
