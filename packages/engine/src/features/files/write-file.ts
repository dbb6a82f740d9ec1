import {
  type Collection,
  DataError,
  type FileStore,
  fieldsOf,
  type JsonObject,
  PlinthError,
  type Row,
  type SqlQuery,
  splitFilePath,
} from "@plinth/core";
import type { RequestContext } from "../../kernel/engine.ts";
import { newBuiltIn, writeBuiltIn } from "../../write/built-in-items.ts";
import { showById, showNew } from "../../write/create.ts";
import { type BodyFacts, fileTooLarge } from "./body.ts";
import { acceptsType, noSuchBucket } from "./buckets.ts";
import { contentTypeOf } from "./content-type.ts";
import { contentsCollection } from "./contents.ts";
import {
  CURRENT,
  creation,
  creationRefusal,
  type FileChange,
  replacement,
  requireCreation,
  requireCreationAt,
  requireReplacement,
} from "./file-access.ts";
import { type FileLocation, filesCollection, findFileAt, isVisible, normalLocation } from "./file-items.ts";
import { imageValues } from "./images/upload-facts.ts";
import { leaveContent } from "./kept/kept.ts";
import { objectKey, storeOf } from "./object-store.ts";
import { type FilePrecondition, requirePrecondition } from "./precondition.ts";
import { openRoom, QUOTA, quotaSpent, SENT, takeRoom, tookTooLong, type UploadRoom } from "./quota.ts";
import { type BucketRow, bindLoose, deleteLoose, findBucketRow, giveUpUpload, mustHaveBucket } from "./repository.ts";
import { contentIdFor, type NextContent } from "./reserved-contents.ts";
import { planScan, type ScanPlan, scanStored } from "./scanner/index.ts";
import { requireShare, shareRefusal, takeShare } from "./shares/index.ts";
import { stage, type UploadBody } from "./stage.ts";

/** Where bytes are to become a file, and what is to be beside them. */
export interface FileTarget extends FileLocation {
  /** Undefined: a new file has none, and one that is replaced keeps its own. */
  readonly metadata: JsonObject | null | undefined;
  readonly condition: FilePrecondition | undefined;
}

/** A file that somebody sends. */
export interface FileInput extends FileTarget {
  readonly body: UploadBody;
  /** Bytes, where the client has said it. */
  readonly size: number | undefined;
  /** What the client calls it. */
  readonly contentType: string | undefined;
  /** The body must have this SHA-256, in lower-case hexadecimal. */
  readonly sha256: string | undefined;
  /** Statements of the batch that makes the content visible. */
  readonly beside?: ((content: string) => readonly SqlQuery[]) | undefined;
}

export interface StoredUpload {
  /** The item as the caller may see it. */
  readonly file: Row;
  readonly content: string;
  readonly created: boolean;
}

const BUCKET = "bucket";
/** How often a file is tried again that others write at the same time. */
const TRIES = 50;

/**
 * Stores a file, or replaces the one at its path. Whether the caller may is asked before the first byte is read and once more when
 * it becomes visible, in the batch that makes it so. An upload that fails anywhere leaves what was there before.
 */
export async function putFile(ctx: RequestContext, given: FileInput): Promise<StoredUpload> {
  const input = { ...given, ...normalLocation(given) };
  const store = await storeOf(ctx.engine);
  const { bucket, before } = await openPut(ctx, input);
  if (input.size !== undefined && input.size > bucket.maxBytes) throw fileTooLarge(bucket.maxBytes);
  await requireShare(ctx, bucket, { bytes: input.size ?? 0, contents: 1 });
  const reserved = contentIdFor(ctx, bucket);
  const { id: content, next } = reserved;
  const room = await openRoom(ctx, reserved, input.size);
  try {
    const facts = await stage(ctx, store, { content, bucket, input, room });
    const values = contentValues(content, facts, input.contentType);
    const beside = () => input.beside?.(content) ?? [];
    return await publishContent(ctx, { input, bucket, values, room, beside, next, known: { before } });
  } catch (error) {
    await discard(ctx, store, content);
    throw error;
  }
}

/** What a file says of its bytes. */
export interface ContentValues {
  readonly content: string;
  readonly size: number;
  readonly content_type: string;
  readonly sha256: string;
}

/** `claimed` is the type that the client has given. */
export function contentValues(content: string, facts: BodyFacts, claimed: string | undefined): ContentValues {
  const { size, sha256, head } = facts;
  return { content, size, content_type: contentTypeOf(head, claimed), sha256 };
}

/** Before the bytes are there: throws where the caller may not store a file at the place, which is in its normal form. */
export async function requirePut(ctx: RequestContext, input: FileTarget): Promise<BucketRow> {
  return (await openPut(ctx, input)).bucket;
}

/** The same, with the file that is at the place. */
async function openPut(
  ctx: RequestContext,
  input: FileTarget,
): Promise<{ readonly bucket: BucketRow; readonly before: Row | undefined }> {
  const collection = filesCollection(ctx);
  const before = await requireWritable(ctx, collection, input);
  return { bucket: await requireUploadBucket(ctx, collection, input.bucket), before };
}

/** Before a form is read: throws where the caller may store no new file in the bucket, or there is none. */
export async function requireUploads(ctx: RequestContext, bucket: string): Promise<void> {
  const collection = filesCollection(ctx);
  requireCreation(ctx, collection, { bucket });
  await requireUploadBucket(ctx, collection, bucket);
}

/** Where rules depend on the bucket, one that is not there is refused as one that they close. */
async function requireUploadBucket(ctx: RequestContext, collection: Collection, name: string): Promise<BucketRow> {
  const row = await findBucketRow(ctx.driver, ctx.principal.workspaceId, name);
  if (row) return row;
  const { check } = requireCreation(ctx, collection, { bucket: name });
  throw fieldsOf(check).has("bucket") ? creationRefusal(ctx, collection) : noSuchBucket(name);
}

/** An upload may have taken hours, and its rules may be others by now. */
async function withCurrentRules(ctx: RequestContext): Promise<RequestContext> {
  return { ...ctx, catalog: await ctx.engine.catalogs.get(ctx.driver, ctx.principal.workspaceId) };
}

/** Removes the bytes of an upload that came to nothing; where that fails, the sweeper does it. */
async function discard(
  { driver, engine, principal, now }: RequestContext,
  store: FileStore,
  content: string,
): Promise<void> {
  try {
    const { workspaceId } = principal;
    if (!(await giveUpUpload(driver, { id: content, workspaceId }, now))) return;
    await store.delete([objectKey(workspaceId, content)]);
    await deleteLoose(driver, [content]);
  } catch (error) {
    engine.log.warn("the bytes of an upload that failed are removed later", { content, error });
  }
}

/** Before the first byte: throws where no rule lets the caller write such a file, or its condition does not hold. Answers with what is there. */
export async function requireWritable(
  ctx: RequestContext,
  collection: Collection,
  input: FileTarget,
): Promise<Row | undefined> {
  const file = await findFileAt(ctx, input);
  const sent = metadataOf(input);
  // The rules come first: from a condition, nobody learns of a file who may not write one.
  if (file && !isNew(input.condition)) {
    await requireReplacement(ctx, collection, file, sent).catch((error: unknown) => refuse(ctx, input, file, error));
  } else requireCreationAt(ctx, collection, { ...locationValues(input), ...sent });
  requirePrecondition(input.condition, file);
  return file;
}

/** Of a file that the caller may not see, the refusal is that of a path without a file. */
async function refuse(ctx: RequestContext, input: FileTarget, file: Row, error: unknown): Promise<never> {
  const collection = filesCollection(ctx);
  if (await isVisible(ctx, collection, file)) throw error;
  requireCreationAt(ctx, collection, { ...locationValues(input), ...metadataOf(input) });
  requirePrecondition(input.condition, undefined);
  throw creationRefusal(ctx, collection);
}

const metadataOf = ({ metadata }: FileTarget): Row => (metadata === undefined ? {} : { metadata });

const isNew = (condition: FilePrecondition | undefined): boolean => condition !== undefined && "absent" in condition;

interface Published {
  readonly input: FileTarget;
  readonly bucket: BucketRow;
  readonly values: ContentValues;
  /** In the batch that makes it visible, for the item of the file. */
  readonly beside?: (file: string) => readonly SqlQuery[];
  /** What is counted of it already. */
  readonly room?: UploadRoom;
  readonly next?: NextContent | undefined;
  /** The file that was at the place a moment ago: the first try goes by it, and its batch fails where it is another one by now. */
  readonly known?: { readonly before: Row | undefined };
}

/**
 * Makes stored bytes, for which there is a row of `loose`, a visible file, under the rules of this moment. Of two that send a file to one path at
 * once, the later one replaces the other's.
 */
export async function publishContent(started: RequestContext, published: Published): Promise<StoredUpload> {
  const { input, values, bucket, known } = published;
  if (!acceptsType(bucket, values.content_type)) {
    const message = `The bucket ${bucket.name} does not accept ${values.content_type}.`;
    throw new PlinthError("UNSUPPORTED_MEDIA_TYPE", message);
  }
  const ctx = await withCurrentRules(started);
  const collection = filesCollection(ctx);
  const derived = await imageValues(ctx, collection, values);
  for (let tries = 1; ; tries++) {
    const file = known && tries === 1 ? known.before : await findFileAt(ctx, input);
    requirePrecondition(input.condition, file);
    const given = { ...values, ...metadataOf(input) };
    const scan = await planScan(ctx, bucket, { collection, values: given, size: values.size, before: file });
    const made = { ...derived, ...scan.state };
    const change = file
      ? await replacement(ctx, collection, file, given, made)
      : creation(ctx, collection, { ...locationValues(input), ...given }, made);
    try {
      await commitChange(ctx, change, published, scan);
    } catch (error) {
      if (tries < TRIES && isOvertaken(error, change)) continue;
      throw refusalOf(ctx, error, change, input);
    }
    if (bucket.scan) await scanStored(ctx, values);
    // A scanner changes a file that is new.
    const isAsMade = !file && !bucket.scan;
    const shown = isAsMade
      ? await showNew(ctx, collection, change.row)
      : (await showById(ctx, collection, [change.id]))[0]!;
    return { file: shown, content: values.content, created: file === undefined };
  }
}

async function commitChange(
  ctx: RequestContext,
  change: FileChange,
  published: Published,
  scan: ScanPlan,
): Promise<void> {
  const { input, values, room, beside, next } = published;
  const { driver, principal } = ctx;
  const contents = contentsCollection(ctx);
  const { content: id, ...facts } = values;
  const item = newBuiltIn(ctx, contents, { id, owner_id: null, file: change.id, ...facts, unused_since: null });
  const { before } = change;
  const items = [
    item,
    ...change.items,
    ...(before ? await leaveContent(ctx, contents, { content: before.content as string, file: before }) : []),
  ];
  // Who deletes the bucket takes room too, so one of the two comes first.
  const { bucket: name, path } = input;
  const stored = { id, bucket: name, path, file: change.id, bytes: facts.size };
  const taken = [...takeRoom(ctx, facts.size, room), ...takeShare(ctx, stored)];
  const bucket = mustHaveBucket(driver, { workspaceId: principal.workspaceId, name }, BUCKET);
  const further = beside?.(change.id) ?? [];
  await writeBuiltIn(ctx, {
    items,
    // An upload that becomes this file is done before the room is asked for, and so does not count twice.
    beside: [
      ...further,
      ...taken,
      bucket,
      ...bindLoose(driver, id, SENT),
      ...scan.queries(id, change.id),
      ...(next ? [next.query] : []),
    ],
    data: null,
  });
  next?.stored();
}

/** Somebody else has made, replaced or deleted the file since it was looked up. */
function isOvertaken(error: unknown, { before }: FileChange): boolean {
  if (!(error instanceof DataError)) return false;
  return before === undefined ? error.kind === "unique" : error.guard === CURRENT;
}

function refusalOf(ctx: RequestContext, error: unknown, change: FileChange, { bucket }: FileTarget): unknown {
  if (!(error instanceof DataError)) return error;
  const { guard } = error;
  if (guard === SENT) return tookTooLong();
  if (guard === BUCKET) return noSuchBucket(bucket);
  if (guard === QUOTA) return quotaSpent(ctx.engine.config);
  return shareRefusal(bucket, guard) ?? change.explain(guard) ?? error;
}

function locationValues({ bucket, path }: FileLocation): Row {
  return { bucket, path, ...splitFilePath(path) };
}
