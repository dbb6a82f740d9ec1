import { DataError, type JsonObject, PlinthError, type Row, type SqlQuery } from "@plinth/core";
import type { RequestContext } from "../../../kernel/engine.ts";
import { type FileLocation, findFileAt, normalLocation, noSuchFile } from "../file-items.ts";
import { storeOf } from "../object-store.ts";
import type { FilePrecondition } from "../precondition.ts";
import { type OpenedFile, openedContent } from "../read-file.ts";
import { openVersion } from "../versions/index.ts";
import { type FileInput, putFile } from "../write-file.ts";
import { requireVersionId } from "./deletions.ts";
import { requireKeyGrant, type S3Grant } from "./grant.ts";
import { insertS3Content, mustHaveS3Key } from "./repository.ts";
import { factsRow, findFacts, type ObjectFacts, type ObjectHeaders, type ObjectTags } from "./stored-facts.ts";

/** Files as objects of S3: the same items and bytes, by an access key in place of rules. */

export interface OpenedObject extends ObjectFacts {
  readonly file: OpenedFile;
  /** Hexadecimal. */
  readonly sha256: string;
  readonly metadata: JsonObject;
  /** The id of its bytes, where its bucket keeps versions. */
  readonly version: string | undefined;
}

export interface ObjectInput extends Pick<FileInput, "bucket" | "path" | "body" | "size" | "contentType" | "sha256"> {
  readonly headers: ObjectHeaders;
  readonly tags: ObjectTags;
  /** Values are texts. */
  readonly metadata: JsonObject;
  readonly condition: ObjectPrecondition | undefined;
  /** Asked after the body has been read: what is known of its bytes then. */
  facts(): Pick<ObjectFacts, "etag" | "checksum">;
}

export interface StoredObject {
  /** Without quotes. */
  readonly etag: string;
  /** The id of its bytes, where its bucket keeps versions. */
  readonly version: string | undefined;
}

/** There is no object, or one with one of these tags; null: with any. */
export type ObjectPrecondition = { readonly absent: true } | { readonly etags: readonly string[] | null };

const ACCESS_KEY = "access key";

/** A path that ends with `/` is that of an object that stands for a folder. */
export const objectLocation = ({ bucket, path }: FileLocation): FileLocation =>
  normalLocation({ bucket, path, isFolder: path.endsWith("/") });

export interface VersionAddress extends FileLocation {
  /** Of its bytes. Undefined: those that it has now. */
  readonly version?: string | undefined;
}

/** As it is stored. */
export const versionOf = ({ version }: VersionAddress): string | undefined =>
  version === undefined ? undefined : requireVersionId(version);

export async function openObject(ctx: RequestContext, grant: S3Grant, given: VersionAddress): Promise<OpenedObject> {
  const location = objectLocation(given);
  const bucket = await requireKeyGrant(ctx, grant, location, "read");
  const row = await findFileAt(ctx, location);
  const version = versionOf(given);
  if (version !== undefined && version !== row?.content) return openOld(ctx, location, row, version);
  if (!row) throw noSuchFile(location);
  if (row.state !== "ready") throw new PlinthError("FORBIDDEN", "This file is in quarantine.");
  const content = row.content as string;
  const file = openedContent(ctx, await storeOf(ctx.engine), {
    name: row.name as string,
    content,
    changedAt: row.updated_at as string,
    size: row.size as number,
    contentType: row.content_type as string,
    publicFor: undefined,
  });
  return {
    ...(await findFacts(ctx.driver, content)),
    file,
    sha256: row.sha256 as string,
    metadata: (row.metadata ?? {}) as JsonObject,
    version: bucket.versions || version !== undefined ? content : undefined,
  };
}

/** Metadata is of the file, so that older bytes have that of the file too. */
async function openOld(
  ctx: RequestContext,
  location: FileLocation,
  row: Row | undefined,
  version: string,
): Promise<OpenedObject> {
  const { sha256, ...file } = await openVersion(ctx, location, version, { closedToo: false });
  const facts = await findFacts(ctx.driver, file.content);
  return { ...facts, file, sha256, metadata: (row?.metadata ?? {}) as JsonObject, version: file.content };
}

/** The same promises as `putFile`. The access key must still be valid when the object becomes visible. */
export async function putObject(
  ctx: RequestContext,
  grant: S3Grant,
  { facts, headers, tags, condition, ...input }: ObjectInput,
): Promise<StoredObject> {
  const location = objectLocation(input);
  const bucket = await requireKeyGrant(ctx, grant, location, "write");
  let etag = "";
  const beside = (content: string) => {
    const known = facts();
    etag = known.etag;
    return s3ContentQueries(ctx, grant, content, { ...known, headers, tags, parts: undefined });
  };
  const filed = await filePrecondition(ctx, location, condition);
  const { content } = await putFile(ctx, { ...input, ...location, condition: filed, beside }).catch(refuseInvalidKey);
  return { etag, version: bucket.versions ? content : undefined };
}

/** What is stored beside a content that came by S3. Fails its batch where the access key is gone. */
export function s3ContentQueries(
  { driver, engine, principal }: RequestContext,
  { keyId }: S3Grant,
  content: string,
  facts: ObjectFacts,
): SqlQuery[] {
  const row = { content, workspaceId: principal.workspaceId, ...factsRow(facts) };
  return [mustHaveS3Key(driver, keyId, engine.clock.now(), ACCESS_KEY), insertS3Content(driver, row)];
}

/** For `catch`: the access key was revoked or has expired while the bytes were sent. */
export function refuseInvalidKey(error: unknown): never {
  if (!(error instanceof DataError) || error.guard !== ACCESS_KEY) throw error;
  throw new PlinthError("FORBIDDEN", "This access key has been revoked, or has expired.");
}

/** Tags of S3 as the contents that have them now. */
export async function filePrecondition(
  ctx: RequestContext,
  location: FileLocation,
  condition: ObjectPrecondition | undefined,
): Promise<FilePrecondition | undefined> {
  if (!condition || "absent" in condition) return condition;
  const { etags } = condition;
  if (etags === null) return { present: true };
  const file = await findFileAt(ctx, location);
  if (!file) throw noSuchFile(location);
  const content = file.content as string;
  return { contents: etags.includes((await findFacts(ctx.driver, content)).etag) ? [content] : [] };
}
