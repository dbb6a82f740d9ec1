import { ALWAYS, and, type Condition, FULL_ACCESS, type Row } from "@plinth/core";
import { bindSlow } from "../../../kernel/bindings.ts";
import type { RequestContext } from "../../../kernel/engine.ts";
import { hasValues } from "../../../read/conditions.ts";
import { filesCollection } from "../file-items.ts";
import type { ChecksumForm } from "./checksum.ts";
import { requireBucketGrant, type S3Grant } from "./grant.ts";
import { behindAllWith } from "./key-order.ts";
import { findS3Sums } from "./repository.ts";
import { sumsIn } from "./stored-facts.ts";

export interface ObjectQuery {
  readonly bucket: string;
  readonly prefix: string;
  /** Keys with it after the prefix are one entry for each text up to it. Empty: each key is an entry. */
  readonly delimiter: string;
  /** The list begins after this key, or after this text up to a delimiter. Empty: at the first one. */
  readonly after: string;
  readonly limit: number;
}

export interface ListedObject {
  readonly key: string;
  readonly size: number;
  readonly changedAt: string;
  readonly etag: string;
  readonly checksum: ChecksumForm | undefined;
}

export interface ObjectPage {
  readonly objects: readonly ListedObject[];
  /** Texts up to a delimiter. */
  readonly prefixes: readonly string[];
  /** There are more after this key or text. Undefined: the list has ended. */
  readonly next: string | undefined;
}

/** Statements of one request: what is below a folder is passed over, by a statement for each large one. */
const MAX_READS = 100;

/** Where a statement begins. */
type KeyBound = { readonly op: "gt" | "gte"; readonly key: string } | undefined;

/** In the order of the keys' bytes, as far as the access key reaches. */
export async function listObjects(ctx: RequestContext, grant: S3Grant, query: ObjectQuery): Promise<ObjectPage> {
  await requireBucketGrant(ctx, grant, query.bucket);
  const { objects, prefixes, next } = await entriesOf(ctx, grant, query);
  const stored = await findS3Sums(
    ctx.driver,
    objects.map(({ content }) => content as string),
  );
  return {
    objects: objects.map(({ path, size, updated_at: changedAt, content }) => {
      const { etag, checksum } = sumsIn(content as string, stored.get(content as string));
      return { key: path as string, size: size as number, changedAt: changedAt as string, etag, checksum };
    }),
    prefixes,
    next,
  };
}

async function entriesOf(ctx: RequestContext, grant: S3Grant, query: ObjectQuery) {
  const { prefix, delimiter, after, limit } = query;
  const groupOf = (key: string): string | undefined => {
    if (delimiter === "" || !key.startsWith(prefix)) return undefined;
    const at = key.indexOf(delimiter, prefix.length);
    return at < 0 ? undefined : key.slice(0, at + delimiter.length);
  };
  const startAfter = (key: string): KeyBound => {
    const group = groupOf(key);
    return group === undefined ? { op: "gt", key } : { op: "gte", key: behindAllWith(group) };
  };
  const objects: Row[] = [];
  const prefixes: string[] = [];
  let last = after;
  let start: KeyBound = after === "" ? undefined : startAfter(after);
  for (let reads = 0; limit > 0 && reads < MAX_READS; reads++) {
    const size = limit + 1;
    const rows = await rowsFrom(ctx, grant, query, start, size);
    for (const row of rows) {
      const key = row.path as string;
      const group = groupOf(key);
      if (group !== undefined && group === prefixes.at(-1)) continue;
      if (objects.length + prefixes.length === limit) return { objects, prefixes, next: last };
      if (group === undefined) objects.push(row);
      else prefixes.push(group);
      last = group ?? key;
    }
    if (rows.length < size) return { objects, prefixes, next: undefined };
    start = startAfter(rows.at(-1)!.path as string);
  }
  return { objects, prefixes, next: limit > 0 ? last : undefined };
}

async function rowsFrom(
  ctx: RequestContext,
  grant: S3Grant,
  { bucket, prefix }: ObjectQuery,
  start: KeyBound,
  limit: number,
): Promise<Row[]> {
  const collection = filesCollection(ctx);
  const ref = { field: collection.byName.get("path")! };
  const begins = (value: string): Condition =>
    value === "" ? ALWAYS : { kind: "text", ref, op: "starts_with", operand: { value } };
  const from: Condition = start ? { kind: "compare", ref, op: start.op, operand: { value: start.key } } : ALWAYS;
  const tree = {
    collection,
    policy: FULL_ACCESS,
    where: and(hasValues(collection, ["bucket"], { bucket }), begins(grant.prefix), begins(prefix), from),
    select: ["id", "path", "size", "updated_at", "content"],
    sort: [{ ref, direction: "asc" as const }],
    limit: { value: limit },
  };
  return (await ctx.source(collection).store.find(tree, bindSlow(ctx, []))).rows;
}
