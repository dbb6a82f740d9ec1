import { type ContentHash, fromBase64, toBase64 } from "@plinth/core";
import type { Engine } from "../../../kernel/engine.ts";
import { crcOfBoth } from "../crc-of-both.ts";
import { type S3Checksum, s3Digest } from "./digests.ts";

/** Whether a checksum is one of the bytes, or one of the checksums of the parts. */
export type ChecksumType = "FULL_OBJECT" | "COMPOSITE";

/** The checksum of an object. */
export interface ObjectChecksum {
  readonly algorithm: S3Checksum;
  readonly type: ChecksumType;
  /** In base64; of several parts together with `-` and their number. */
  readonly value: string;
}

/** One of the parts in which an object came. */
export interface ObjectPart {
  readonly number: number;
  readonly size: number;
  /** In base64, by the algorithm of the object. */
  readonly checksum: string;
}

/** What an upload in parts has to say of its object. */
export type ChecksumForm = Pick<ObjectChecksum, "algorithm" | "type">;

/** Of what nobody has asked anything else. https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html */
export const DEFAULT_CHECKSUM: ChecksumForm = { algorithm: "crc64nvme", type: "FULL_OBJECT" };

const isCrc = (algorithm: S3Checksum): boolean => algorithm.startsWith("crc");

/** The types that an upload may choose: only checksums of pieces that are CRCs can be put together. */
export const checksumTypesOf = (algorithm: S3Checksum): readonly ChecksumType[] =>
  algorithm === "crc64nvme" ? ["FULL_OBJECT"] : isCrc(algorithm) ? ["COMPOSITE", "FULL_OBJECT"] : ["COMPOSITE"];

/** The checksum of the whole by those of its parts, in their order. */
export async function checksumOfParts(
  engine: Pick<Engine, "contentHash">,
  { algorithm, type }: ChecksumForm,
  parts: readonly ObjectPart[],
): Promise<ObjectChecksum> {
  if (type === "COMPOSITE") {
    const digest: ContentHash = s3Digest(engine, algorithm);
    for (const { checksum } of parts) digest.update(fromBase64(checksum));
    return { algorithm, type, value: `${toBase64(await digest.digest())}-${parts.length}` };
  }
  const [first, ...others] = parts;
  let whole = fromBase64(first!.checksum);
  for (const { checksum, size } of others) whole = crcOfBoth(algorithm, whole, fromBase64(checksum), size);
  return { algorithm, type, value: toBase64(whole) };
}
