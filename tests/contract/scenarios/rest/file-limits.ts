import { as } from "../../as.ts";
import { bucket, file, onHostsWithFiles, upload } from "../../fixtures/files.ts";
import { created, del, ok, patch, type Reply, refused, type Scenario } from "../../scenario.ts";
import type { World } from "../../world.ts";

const small = bucket("small-bucket", { max_total_bytes: 20, max_files: 4, max_bytes_per_user: 5 }, [
  { action: "create", check: { bucket: { _eq: "small-bucket" } } },
]);
const few = bucket("few-files", { max_files: 3 });
const spent = (limit: string) => ({ ...refused(422, "LIMIT_EXCEEDED", "bucket"), contains: [limit] });
const alice = as.user("alice");

/** Twelve at once, where three fit. */
async function race(_: Reply, world: World): Promise<void> {
  const all = await Promise.all(
    Array.from({ length: 12 }, (_, n) => world.send(as.secretKey, upload(`few-files/${n}.txt`, "x"))),
  );
  const statuses = all.map(({ status }) => status);
  const fit = statuses.filter((status) => status === 201).length;
  const refusals = all.filter(({ status, text }) => status === 422 && text.includes("max_files")).length;
  if (fit !== 2 || refusals !== 10) throw new Error(`of twelve, two fit: ${statuses.join(" ")}`);
}

export const scenarios: Scenario[] = [
  {
    name: "files: a bucket takes as much as its limits say, in all and from each user",
    skip: onHostsWithFiles,
    as: as.secretKey,
    needs: [small],
    request: upload("small-bucket/a.txt", "0123456789"),
    expect: created(),
    then: [
      { request: upload("small-bucket/b.txt", "0123456789x"), expect: spent("max_total_bytes") },
      { as: alice, request: upload("small-bucket/c.txt", "0123"), expect: created() },
      { as: alice, request: upload("small-bucket/d.txt", "45"), expect: spent("max_bytes_per_user") },
      { request: upload("small-bucket/d.txt", "45"), expect: created() },
      { as: alice, request: upload("small-bucket/e.txt", "4"), expect: created() },
      { request: upload("small-bucket/f.txt", "6"), expect: spent("max_files") },
      // What was deleted counts until its bytes are removed.
      { request: del(file("small-bucket/d.txt")), expect: ok() },
      { request: upload("small-bucket/f.txt", "6"), expect: spent("max_files") },
      {
        request: patch("/api/buckets/small-bucket", { max_files: null }),
        expect: ok({ data: { max_files: null, max_total_bytes: 20 } }),
      },
      { request: upload("small-bucket/f.txt", "6"), expect: created() },
    ],
  },
  {
    name: "files: of many that are sent at once, a bucket takes as many as it may have",
    skip: onHostsWithFiles,
    as: as.secretKey,
    needs: [few],
    request: upload("few-files/first.txt", "x"),
    expect: created(),
    verify: race,
  },
];
