import { PlinthError, type SqlQuery } from "@plinth/core";
import type { Requirement } from "../../../commit/requirement.ts";
import type { RequestContext } from "../../../kernel/engine.ts";
import type { Growth } from "../quota.ts";
import type { BucketRow } from "../repository.ts";
import { findUnfinished } from "../unfinished/repository.ts";
import {
  addStored,
  addToShare,
  findShare,
  mustBeInShare,
  SHARE_LIMITS,
  type Share,
  type ShareLimit,
  type StoredContent,
  unfinishedIn,
} from "./repository.ts";

/** What the files of one bucket may take together, and those of each user in it. What was deleted counts until its bytes are removed. */

const LABEL = "share:";
const NAMES = Object.keys(SHARE_LIMITS) as ShareLimit[];
const LIMIT_OF: Readonly<Record<ShareLimit, (bucket: BucketRow) => number | null>> = {
  max_total_bytes: ({ maxTotalBytes }) => maxTotalBytes,
  max_files: ({ maxFiles }) => maxFiles,
  max_bytes_per_user: ({ maxBytesPerUser }) => maxBytesPerUser,
};

const ownerOf = ({ principal }: RequestContext): string => (principal.kind === "user" ? (principal.id ?? "") : "");

/** The share that a limit of a bucket is about; undefined: the caller has none. */
function shareFor(ctx: RequestContext, bucket: string, name: ShareLimit): Share | undefined {
  const { workspaceId } = ctx.principal;
  const owner = SHARE_LIMITS[name].of === "owner" ? ownerOf(ctx) : "";
  return owner === "" && SHARE_LIMITS[name].of === "owner" ? undefined : { workspaceId, bucket, owner };
}

/** Before a body is read: throws where it does not fit. Others may take the room meanwhile, so the commit asks again. */
export async function requireShare(ctx: RequestContext, bucket: BucketRow, more: Growth): Promise<void> {
  for (const name of NAMES) {
    const most = LIMIT_OF[name](bucket);
    const share = most === null ? undefined : shareFor(ctx, bucket.name, name);
    if (!share) continue;
    const [stored, unfinished] = await Promise.all([
      findShare(ctx.driver, share),
      findUnfinished(ctx.driver, unfinishedIn(share)),
    ]);
    const of = name === "max_files" ? "contents" : "bytes";
    if ((stored?.[of] ?? 0) + unfinished[of] + more[of] > most!) throw shareSpent(bucket.name, name);
  }
}

/** Counts a content that is stored, and fails the batch under a label of `shareRefusal` where it does not fit. */
export function takeShare(ctx: RequestContext, content: Omit<StoredContent, "workspaceId" | "owner">): SqlQuery[] {
  const { driver } = ctx;
  const { workspaceId } = ctx.principal;
  return [
    ...addStored(driver, { ...content, workspaceId, owner: ownerOf(ctx) }),
    ...NAMES.flatMap((name) => {
      const share = shareFor(ctx, content.bucket, name);
      return share ? [mustBeInShare(driver, share, name, LABEL + name)] : [];
    }),
  ];
}

/** Of a batch that begins an upload or lets one grow: the bucket has room for what it will store. Until the commit, others wait. */
export function shareRequirements(ctx: RequestContext, bucket: BucketRow): Requirement[] {
  const { driver } = ctx;
  return NAMES.flatMap((name) => {
    const share = LIMIT_OF[name](bucket) === null ? undefined : shareFor(ctx, bucket.name, name);
    if (!share) return [];
    const guard = (label: string): SqlQuery[] => [
      addToShare(driver, share, { bytes: 0, contents: 0 }),
      mustBeInShare(driver, share, name, label),
    ];
    return [{ guard, refusal: () => shareSpent(bucket.name, name) }];
  });
}

/** Undefined: another guard failed. */
export function shareRefusal(bucket: string, guard: string | undefined): PlinthError | undefined {
  const name = NAMES.find((one) => guard === LABEL + one);
  return name && shareSpent(bucket, name);
}

const WORDS: Readonly<Record<ShareLimit, string>> = {
  max_total_bytes: "The files of the bucket take all the bytes that they may",
  max_files: "The bucket has all the files that it may",
  max_bytes_per_user: "Your files in the bucket take all the bytes that they may",
};

function shareSpent(bucket: string, name: ShareLimit): PlinthError {
  const message = `${WORDS[name]} (${name} of ${bucket}); what was deleted or replaced counts until its bytes are removed.`;
  return new PlinthError("LIMIT_EXCEEDED", message, { field: "bucket", limit: name });
}
