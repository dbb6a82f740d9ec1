import { expect, test } from "bun:test";
import { s3Client, s3RefusalIn } from "../../testing/s3-client.ts";
import { openS3World } from "../../testing/s3-world.ts";

const { world, operator, s3, keyOf } = await openS3World();
const reader = s3Client(world, await keyOf({ read_only: true }));

const put = (path: string, body: string) => s3(`/s3/${path}`, { method: "PUT", body });

async function quarantine(path: string): Promise<string> {
  const filter = encodeURIComponent(JSON.stringify({ path }));
  const found = await world.call(`/api/items/files?filter=${filter}`, { headers: operator });
  const [{ id, content }] = ((await found.json()) as { data: [{ id: string; content: string }] }).data;
  await world.send(`/api/items/files/${id}`, { state: "quarantined" }, operator, "PATCH");
  return content;
}

/** By each operation that reads bytes or what is known of them. */
async function readings(path: string, id: string): Promise<(readonly [string, number])[]> {
  const begun = await (await s3("/s3/docs/parts?uploads=", { method: "POST" })).text();
  const upload = /<UploadId>(.*?)</.exec(begun)![1]!;
  const source = { "x-amz-copy-source": `${path}?versionId=${id}` };
  const answers = {
    get: reader(`/s3/${path}?versionId=${id}`),
    head: reader(`/s3/${path}?versionId=${id}`, { method: "HEAD" }),
    tags: reader(`/s3/${path}?tagging&versionId=${id}`),
    attributes: reader(`/s3/${path}?attributes&versionId=${id}`, { headers: { "x-amz-object-attributes": "ETag" } }),
    copy: s3("/s3/other/copied", { method: "PUT", headers: source }),
    part: s3(`/s3/docs/parts?partNumber=1&uploadId=${upload}`, { method: "PUT", headers: source }),
  };
  const entries = Object.entries(answers).map(async ([name, answer]) => [name, (await answer).status] as const);
  return Promise.all(entries);
}

const allWith = (status: number) =>
  ["get", "head", "tags", "attributes", "copy", "part"].map((name) => [name, status] as const);

test("a file in quarantine is read by none of its version ids, however they are written", async () => {
  await put("docs/bad.exe", "virus");
  const id = await quarantine("bad.exe");
  for (const version of [id, id.toUpperCase()])
    expect([version, await readings("docs/bad.exe", version)]).toEqual([version, allWith(403)]);
  await put("docs/good", "fine");
  const xml = await (await s3("/s3/docs?versions&prefix=good")).text();
  const good = /<VersionId>(.*?)</.exec(xml)![1]!;
  expect(await readings("docs/good", good.toUpperCase())).toEqual(allWith(200));
});

test("bytes that were in quarantine when their file was deleted are no version for anybody, and make no file that is open", async () => {
  await world.send("/api/buckets", { name: "kept", versions: true }, operator);
  await put("kept/bad.exe", "virus");
  const id = await quarantine("bad.exe");
  expect((await s3("/s3/kept/bad.exe", { method: "DELETE" })).status).toBe(204);
  expect(await readings("kept/bad.exe", id)).toEqual(allWith(403));
  // Somebody else's file at the same path, whose version is deleted, has those before it again.
  const next = (await put("kept/bad.exe", "fine")).headers.get("x-amz-version-id")!;
  expect(await readings("kept/bad.exe", id)).toEqual(allWith(403));
  expect((await s3(`/s3/kept/bad.exe?versionId=${next}`, { method: "DELETE" })).status).toBe(204);
  expect(await s3RefusalIn(reader("/s3/kept/bad.exe"))).toEqual([403, "AccessDenied"]);
});
