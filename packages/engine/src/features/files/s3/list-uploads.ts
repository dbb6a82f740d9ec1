import type { RequestContext } from "../../../kernel/engine.ts";
import { requireBucketGrant, type S3Grant } from "./grant.ts";
import { behindAllWith } from "./key-order.ts";
import { type ListedUpload, listS3UploadRows } from "./repository.ts";
import { KIND } from "./uploads.ts";

export interface ObjectUploadsQuery {
  readonly bucket: string;
  readonly prefix: string;
  /** Empty: none. */
  readonly delimiter: string;
  /** The list begins after this key, or after this upload of it; empty: at its beginning. */
  readonly after: string;
  readonly afterId: string;
  readonly limit: number;
}

export interface UploadsPage {
  readonly uploads: readonly ListedUpload[];
  /** Texts up to a delimiter with which keys begin. */
  readonly prefixes: readonly string[];
  /** There are more after this one. `id` is empty after a text up to a delimiter. */
  readonly next: { readonly key: string; readonly id: string } | undefined;
}

/** Of one request. */
const MAX_READS = 50;

/** Of a bucket, by their keys and ids, as far as the access key reaches. */
export async function listObjectUploads(
  ctx: RequestContext,
  grant: S3Grant,
  { bucket, prefix, delimiter, limit, ...from }: ObjectUploadsQuery,
): Promise<UploadsPage> {
  // A bucket of the same name may have been deleted with uploads.
  const { createdAt: since } = await requireBucketGrant(ctx, grant, bucket);
  const { workspaceId } = ctx.principal;
  const groupOf = (key: string): string | undefined => {
    const at = delimiter === "" || !key.startsWith(prefix) ? -1 : key.indexOf(delimiter, prefix.length);
    return at < 0 ? undefined : key.slice(0, at + delimiter.length);
  };
  const behind = (group: string) => ({ after: behindAllWith(group), afterId: "", isIncluded: true });
  const uploads: ListedUpload[] = [];
  const prefixes: string[] = [];
  let next: UploadsPage["next"];
  const begun = groupOf(from.after);
  let place = begun === undefined ? { ...from, isIncluded: false } : behind(begun);
  const shared = { workspaceId, kind: KIND, bucket, since, grantPrefix: grant.prefix, prefix, limit: limit + 1 };
  for (let reads = 0; limit > 0 && reads < MAX_READS; reads++) {
    const rows = await listS3UploadRows(ctx.driver, { ...shared, ...place });
    for (const row of rows) {
      const group = groupOf(row.path);
      if (group !== undefined && group === prefixes.at(-1)) continue;
      if (uploads.length + prefixes.length === limit) return { uploads, prefixes, next };
      if (group === undefined) uploads.push(row);
      else prefixes.push(group);
      next = group === undefined ? { key: row.path, id: row.id } : { key: group, id: "" };
    }
    if (rows.length <= limit) return { uploads, prefixes, next: undefined };
    const { path, id } = rows.at(-1)!;
    const group = groupOf(path);
    place = group === undefined ? { after: path, afterId: id, isIncluded: false } : behind(group);
  }
  return { uploads, prefixes, next };
}
