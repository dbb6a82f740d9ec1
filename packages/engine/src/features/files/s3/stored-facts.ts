import type { JsonObject, SqlDriver } from "@plinth/core";
import type { ObjectChecksum, ObjectPart } from "./checksum.ts";
import { findS3Content, type S3ContentRow, type S3SumsRow } from "./repository.ts";

/** What clients of S3 have said of the bytes of an object, and get back. */

/** Headers that a client has sent with an object, to get them back. */
export type ObjectHeaders = Readonly<Record<string, string>>;

/** Names and values, in the order in which they were sent. */
export type ObjectTags = Readonly<Record<string, string>>;

export interface ObjectFacts {
  /** Without quotes. */
  readonly etag: string;
  readonly headers: ObjectHeaders;
  readonly tags: ObjectTags;
  /** Undefined: the bytes came in another way. */
  readonly checksum: ObjectChecksum | undefined;
  /** Undefined: it came as a whole. */
  readonly parts: readonly ObjectPart[] | undefined;
}

/**
 * The tag of a content without quotes: the MD5 of its bytes where a client of S3 has sent them. Clients take 32 hexadecimal digits for an
 * MD5, so that of other contents has a `-`, as uploads in parts have it.
 */
export const s3EtagOf = (content: string, stored: Pick<S3ContentRow, "etag"> | undefined): string =>
  stored?.etag ?? `${content.replaceAll("-", "")}-0`;

export function sumsIn(content: string, stored: S3SumsRow | undefined): Pick<ObjectFacts, "etag" | "checksum"> {
  return { etag: s3EtagOf(content, stored), checksum: jsonIn<ObjectChecksum>(stored?.checksum) };
}

export async function findFacts(driver: SqlDriver, content: string): Promise<ObjectFacts> {
  const stored = await findS3Content(driver, content);
  return {
    ...sumsIn(content, stored),
    headers: jsonIn<ObjectHeaders>(stored?.headers) ?? {},
    tags: jsonIn<ObjectTags>(stored?.tags) ?? {},
    parts: jsonIn<readonly ObjectPart[]>(stored?.parts),
  };
}

/** The other way round. */
export function factsRow({
  etag,
  headers,
  tags,
  checksum,
  parts,
}: ObjectFacts): Omit<S3ContentRow, "content" | "workspaceId"> {
  return {
    etag,
    headers: textOf(headers),
    tags: textOf(tags),
    checksum: checksum ? JSON.stringify(checksum) : null,
    parts: parts ? JSON.stringify(parts) : null,
  };
}

const textOf = (values: ObjectHeaders | JsonObject): string | null =>
  Object.keys(values).length > 0 ? JSON.stringify(values) : null;

const jsonIn = <T>(text: string | null | undefined): T | undefined => (text ? (JSON.parse(text) as T) : undefined);
