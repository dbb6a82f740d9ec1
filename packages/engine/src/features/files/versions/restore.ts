import { and, DataError, type FileState, type Mutation, PlinthError, type Row, splitFilePath } from "@plinth/core";
import type { RequestContext } from "../../../kernel/engine.ts";
import * as z from "../../../kernel/zod.ts";
import { hasId } from "../../../read/conditions.ts";
import { changeBuiltIn, writeBuiltIn } from "../../../write/built-in-items.ts";
import { noSuchBucket, requireBucket } from "../buckets.ts";
import { contentsCollection } from "../contents.ts";
import { creation, type FileChange, replacement } from "../file-access.ts";
import { type FileLocation, filesCollection } from "../file-items.ts";
import { imageValues, type StoredBytes } from "../images/upload-facts.ts";
import { isKeptVersion, leaveContent } from "../kept/kept.ts";
import { giveStored } from "../kept/repository.ts";
import { wasReadable } from "../kept/was-open.ts";
import { mustHaveBucket } from "../repository.ts";
import { planScan, type ScanPlan, scanStored } from "../scanner/index.ts";
import { requireVersion, requireVersioned } from "./versions.ts";

export const restoreFileSchema = z.strictObject({
  bucket: z.string(),
  path: z.string(),
  version: z.uuid().describe("Of GET /api/file-versions/:bucket/:path"),
});

/** Where a version is the file again. */
export interface RestoredFile {
  /** Of the item: that of a file that was deleted is new. */
  readonly id: string;
  readonly bucket: string;
  readonly path: string;
  readonly version: string;
}

const KEPT_LABEL = "kept version";
const BUCKET = "bucket";

/**
 * The file has the bytes of a version again, and those that it had are a version. A file that was deleted is there again. Bytes that were in
 * quarantine come back into it, and those of which nobody knows, so that an administrator looks at them first.
 */
export async function restoreFile(
  ctx: RequestContext,
  { version, ...location }: z.output<typeof restoreFileSchema>,
): Promise<RestoredFile> {
  const collection = filesCollection(ctx);
  const versioned = await requireVersioned(ctx, location);
  const row = await requireVersion(ctx, versioned, version);
  const { id: content, size, content_type, sha256 } = row;
  const { bucket, path } = versioned;
  if (content === versioned.file?.content) return { id: versioned.file!.id as string, bucket, path, version };
  const values = { content: content!, size: size!, content_type: content_type!, sha256: sha256! };
  const derived = await imageValues(ctx, collection, values as unknown as StoredBytes);
  const settings = await requireBucket(ctx, bucket);
  const state: FileState = (await wasReadable(ctx, row)) ? "ready" : "quarantined";
  const before = state === "ready" && versioned.file ? versioned.file : { content: content!, state };
  const scan = await planScan(ctx, settings, { collection, values, size: size as number, before });
  const made: Row = { ...derived, ...(state === "ready" ? {} : { state }), ...scan.state };
  const change = versioned.file
    ? await replacement(ctx, collection, versioned.file, values, made)
    : creation(ctx, collection, { ...locationValues(versioned), ...values, state }, made);
  const restored = { id: change.id, bucket, path, version: content as string };
  const done = await commitRestored(ctx, change, restored, scan);
  if (settings.scan) await scanStored(ctx, { content: content as string, size: size as number });
  return done;
}

function locationValues({ bucket, path }: FileLocation): Row {
  return { bucket, path, ...splitFilePath(path) };
}

async function commitRestored(
  ctx: RequestContext,
  change: FileChange,
  restored: RestoredFile,
  scan: ScanPlan,
): Promise<RestoredFile> {
  const { bucket, path, version: content } = restored;
  const { before } = change;
  const contents = contentsCollection(ctx);
  const where = and(hasId(contents, content), isKeptVersion(ctx, contents));
  const items: Mutation[] = [
    { kind: "guard", label: KEPT_LABEL, collection: contents, where, strict: true },
    changeBuiltIn(ctx, contents, content, { unused_since: null, file: change.id }),
    ...change.items,
    ...(before
      ? await leaveContent(ctx, contents, { content: before.content as string, file: before, except: content })
      : []),
  ];
  const beside = [
    mustHaveBucket(ctx.driver, { workspaceId: ctx.principal.workspaceId, name: bucket }, BUCKET),
    giveStored(ctx.driver, content, { file: change.id, path }),
    ...scan.queries(content, change.id),
  ];
  try {
    return await writeBuiltIn(ctx, { items, beside, data: restored });
  } catch (error) {
    throw refusalOf(error, change, bucket);
  }
}

function refusalOf(error: unknown, change: FileChange, bucket: string): unknown {
  if (!(error instanceof DataError)) return error;
  if (error.guard === BUCKET) return noSuchBucket(bucket);
  if (error.guard === KEPT_LABEL || error.kind === "unique")
    return new PlinthError("CONFLICT", "The file or the version has changed meanwhile; look again.");
  return change.explain(error.guard) ?? error;
}
