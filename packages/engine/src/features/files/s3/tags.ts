import { PlinthError } from "@plinth/core";
import { commit } from "../../../commit/commit.ts";
import type { RequestContext } from "../../../kernel/engine.ts";
import { findFileAt, noSuchFile } from "../file-items.ts";
import { requireOpenBytes, requireVersion, requireVersioned } from "../versions/index.ts";
import { requireKeyGrant, type S3Grant } from "./grant.ts";
import { objectLocation, type VersionAddress, versionOf } from "./objects.ts";
import { putS3Tags } from "./repository.ts";
import { findFacts, type ObjectTags, s3EtagOf } from "./stored-facts.ts";

/** The tags of the bytes that an object has, or of a version. `version`: where its bucket keeps them. */
export interface TaggedObject {
  readonly tags: ObjectTags;
  readonly version: string | undefined;
}

export async function readObjectTags(ctx: RequestContext, grant: S3Grant, at: VersionAddress): Promise<TaggedObject> {
  const { content, version } = await requireContent(ctx, grant, at, "read");
  return { tags: (await findFacts(ctx.driver, content)).tags, version };
}

/** Replaces all of them. */
export async function writeObjectTags(
  ctx: RequestContext,
  grant: S3Grant,
  at: VersionAddress,
  tags: ObjectTags,
): Promise<TaggedObject> {
  const { content, version } = await requireContent(ctx, grant, at, "write");
  const row = {
    content,
    workspaceId: ctx.principal.workspaceId,
    etag: s3EtagOf(content, undefined),
    tags: Object.keys(tags).length > 0 ? JSON.stringify(tags) : null,
  };
  return commit(ctx, { queries: [putS3Tags(ctx.driver, row)], data: { tags, version } });
}

async function requireContent(
  ctx: RequestContext,
  grant: S3Grant,
  given: VersionAddress,
  action: "read" | "write",
): Promise<{ readonly content: string; readonly version: string | undefined }> {
  const location = objectLocation(given);
  const { versions } = await requireKeyGrant(ctx, grant, location, action);
  const file = await findFileAt(ctx, location);
  const asked = versionOf(given);
  if (asked !== undefined && asked !== file?.content) {
    const versioned = await requireVersioned(ctx, location);
    const row = await requireVersion(ctx, versioned, asked);
    await requireOpenBytes(ctx, versioned, row);
    return { content: row.id as string, version: row.id as string };
  }
  if (!file) throw noSuchFile(location);
  if (file.state !== "ready") throw new PlinthError("FORBIDDEN", "This file is in quarantine.");
  const content = file.content as string;
  return { content, version: versions ? content : undefined };
}
