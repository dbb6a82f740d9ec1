import { invalid, PlinthError } from "@plinth/core";
import { commit } from "../../../commit/commit.ts";
import type { Requirement } from "../../../commit/requirement.ts";
import { recordOf } from "../../../identity/security-events.ts";
import type { RequestContext } from "../../../kernel/engine.ts";
import * as z from "../../../kernel/zod.ts";
import { requireBucket } from "../buckets.ts";
import { normalPath } from "../file-items.ts";
import { mustHaveFewRevocations, recordRevocation } from "./repository.ts";

/** Of files; for more, all URLs of a bucket are revoked. */
const MOST_REVOCATIONS = 10_000;

export const revokeUrlsSchema = z.strictObject({
  bucket: z.string().optional().describe("Left out: the URLs of all buckets"),
  path: z.string().optional().describe("Left out: the URLs of all files of the bucket"),
});

/** What the URLs that ended were for. Null: for all of them. */
export interface RevokedUrls {
  bucket: string | null;
  path: string | null;
}

/** Ends all URLs that were signed until now for a file, a bucket or the whole workspace. */
export async function revokeUrls(
  ctx: RequestContext,
  { bucket, path }: z.output<typeof revokeUrlsSchema>,
): Promise<RevokedUrls> {
  if (path !== undefined && bucket === undefined) throw invalid("bucket", "is missing: in which bucket is the path?");
  if (bucket !== undefined) await requireBucket(ctx, bucket);
  const { driver, principal } = ctx;
  const { workspaceId } = principal;
  const revoked = { bucket: bucket ?? null, path: path === undefined ? null : normalPath(path, "path") };
  const place = { workspaceId, bucket: revoked.bucket ?? "", path: revoked.path ?? "" };
  const target = bucket === undefined ? `workspace:${workspaceId}` : `bucket:${bucket}`;
  const detail = revoked.path === null ? {} : { path: revoked.path };
  const queries = [
    ...recordRevocation(driver, place, crypto.randomUUID()),
    recordOf(ctx, { type: "file_urls_revoke", target, detail }),
  ];
  return commit(ctx, { queries, requires: path === undefined ? [] : [fewRevocations(ctx)], data: revoked });
}

function fewRevocations({ driver, principal }: RequestContext): Requirement {
  const message = `URLs of ${MOST_REVOCATIONS} single files have been revoked; revoke those of the bucket.`;
  return {
    guard: (label) => mustHaveFewRevocations(driver, principal.workspaceId, MOST_REVOCATIONS, label),
    refusal: () => new PlinthError("LIMIT_EXCEEDED", message),
  };
}
