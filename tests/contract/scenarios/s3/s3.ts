import type { S3Keys } from "../../../../apps/server/src/testing/s3-client.ts";
import { as } from "../../as.ts";
import { bucket, file, onHostsWithFiles } from "../../fixtures/files.ts";
import { absent, aTimestamp, aUuid, including, matching } from "../../match.ts";
import { s3Call, s3KeysIn } from "../../s3-calls.ts";
import { dataOf, get, INTERNALS, ok, post, type Reply, refused, type Scenario } from "../../scenario.ts";
import type { World } from "../../world.ts";

const route = "/api/s3-keys";

const send = async (
  world: World,
  keys: S3Keys,
  method: string,
  path: string,
  raw?: string,
  headers: Record<string, string> = {},
): Promise<Reply> =>
  world.send(as.anonymous, await s3Call(keys, method, path, { headers, ...(raw !== undefined && { raw }) }));

/** An object is stored, listed in the order of bytes, read by both doors, and gone with its key. */
async function roundTrip(made: Reply, world: World): Promise<void> {
  const keys = s3KeysIn(made);
  const must = async (what: string, expected: number, found: Promise<Reply>, text = "") => {
    const { status, text: body } = await found;
    if (status !== expected || !body.includes(text)) throw new Error(`${what}: ${status} ${body}`);
    return body;
  };
  const race = await Promise.all(
    ["a/%C3%A9", "a/z"].map((key) => send(world, keys, "PUT", `/s3/s3-round/${key}`, "hello")),
  );
  if (race.some(({ status }) => status !== 200)) throw new Error(`stored: ${race.map(({ text }) => text)}`);
  const list = await must(
    "list",
    200,
    send(world, keys, "GET", "/s3/s3-round?list-type=2&prefix=a%2F"),
    "5d41402abc4b",
  );
  if (!/a\/z<.*a\/é</s.test(list)) throw new Error(`the list is not in the order of bytes: ${list}`);
  await must("folders", 200, send(world, keys, "GET", "/s3/s3-round?delimiter=%2F"), "<Prefix>a/</Prefix>");
  await must("object", 200, send(world, keys, "GET", "/s3/s3-round/a/%C3%A9"), "hello");
  await must("file", 200, world.send(as.secretKey, get(file("s3-round/a/%C3%A9"))), "hello");
  await must("deleted", 204, send(world, keys, "DELETE", "/s3/s3-round/a/z"));
  await must("missing", 404, send(world, keys, "GET", "/s3/s3-round/a/z"), "NoSuchKey");
  await world.must(as.operator, { method: "DELETE", path: `${route}/${dataOf(made, "id")}` });
  await must("revoked", 403, send(world, keys, "GET", "/s3"), "InvalidAccessKeyId");
}

/** Tags and attributes are of the bytes; a deletion is a version that can be deleted, and so can any other. */
async function versionsOf(made: Reply, world: World): Promise<void> {
  const at = "/s3/s3-versions/a";
  const ask = async (
    expected: number,
    method: string,
    query: string,
    text = "",
    ...more: [string?, Record<string, string>?]
  ) => {
    const { status, text: body, headers } = await send(world, s3KeysIn(made), method, at + query, ...more);
    if (status !== expected || !body.includes(text)) throw new Error(`${method} ${query}: ${status} ${body}`);
    return headers.get("x-amz-version-id") ?? "";
  };
  const first = await ask(200, "PUT", "", "", "one", { "x-amz-tagging": "kind=draft" });
  const second = await ask(200, "PUT", "", "", "three");
  await ask(200, "GET", `?versionId=${first}`, "one");
  await ask(200, "GET", `?tagging=&versionId=${first}`, "<Key>kind</Key><Value>draft</Value>");
  await ask(200, "GET", "?attributes=", "<ObjectSize>5</ObjectSize>", undefined, {
    "x-amz-object-attributes": "Checksum,ObjectSize",
  });
  const deletion = await ask(204, "DELETE", "");
  await ask(404, "GET", "", "NoSuchKey");
  await ask(405, "GET", `?versionId=${deletion}`, "MethodNotAllowed");
  await ask(204, "DELETE", `?versionId=${deletion}`);
  await ask(200, "GET", "", "three");
  await ask(204, "DELETE", `?versionId=${second}`);
  await ask(200, "GET", "", "one");
}

const secret = matching(/^[\w-]{40}$/);

export const scenarios: Scenario[] = [
  {
    name: "s3: an access key is shown once, and opens what it is for until it is revoked",
    skip: onHostsWithFiles,
    as: as.operator,
    needs: [bucket("s3-round")],
    request: post(route, { name: "round", buckets: ["s3-round"] }),
    expect: {
      status: 201,
      body: {
        data: {
          ...{ id: aUuid, name: "round", access_key_id: matching(/^PLNT[A-Z2-7]{16}$/), secret_access_key: secret },
          ...{ buckets: ["s3-round"], prefix: "", read_only: false, created_at: aTimestamp, expires_at: null },
        },
      },
      excludes: INTERNALS,
    },
    then: [
      {
        request: get(route),
        expect: { ...ok({ data: including({ name: "round", secret_access_key: absent }) }), excludes: INTERNALS },
      },
    ],
    verify: roundTrip,
  },
  {
    name: "s3: bytes have tags, attributes and versions, and what is deleted comes back",
    skip: onHostsWithFiles,
    as: as.operator,
    needs: [bucket("s3-versions", { versions: true })],
    request: post(route, { name: "versions", buckets: ["s3-versions"] }),
    expect: { status: 201, excludes: INTERNALS },
    verify: versionsOf,
  },
  {
    name: "s3: strangers, and keys that are no access keys, get nothing",
    as: as.anonymous,
    request: get("/s3/any/thing"),
    expect: { status: 403, ownErrorForm: true, contains: ["<Code>AccessDenied</Code>"], excludes: INTERNALS },
    then: [
      { request: post(route, { name: "mine" }), expect: refused(401, "UNAUTHORIZED") },
      { request: get(route), expect: refused(401, "UNAUTHORIZED") },
    ],
  },
  {
    name: "s3: a key makes no access key, which would outlive it",
    as: as.secretKey,
    request: post(route, { name: "mine" }),
    expect: { ...refused(403, "FORBIDDEN"), excludes: ["PLNT"] },
  },
  {
    name: "s3: an access key for a bucket that is not there, or for a time that is over",
    as: as.operator,
    request: post(route, { name: "late", expires_at: "2020-01-01T00:00:00Z" }),
    expect: refused(422, "VALIDATION", "expires_at"),
    then: [
      {
        request: post(route, { name: "b", buckets: ["no-such-bucket"] }),
        expect: refused(422, "VALIDATION", "buckets.0"),
      },
      { request: post(route, { name: "p", prefix: "/a" }), expect: refused(422, "VALIDATION", "prefix") },
    ],
  },
];
