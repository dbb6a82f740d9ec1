import { CHECKSUM_BYTES, S3_CHECKSUMS, type S3Checksum } from "@plinth/engine";
import { S3Error } from "./errors.ts";

/** What the bytes of a body must have, as its headers say. */
export interface ExpectedChecksum {
  readonly name: S3Checksum | "md5";
  /** In base64. Undefined: it follows the body, under the name of its header. */
  readonly value: string | undefined;
}

const HEADER = "x-amz-checksum-";

export const checksumHeader = (name: S3Checksum): string => HEADER + name;

/** Throws for those that nobody can have. */
export function expectedChecksums(headers: Headers): ExpectedChecksum[] {
  const sent = S3_CHECKSUMS.flatMap((name): ExpectedChecksum[] => {
    const value = headers.get(checksumHeader(name));
    return value === null ? [] : [{ name, value: requireLength(name, value) }];
  });
  const trailing = trailerNames(headers).map((header): ExpectedChecksum => {
    const name = S3_CHECKSUMS.find((one) => checksumHeader(one) === header);
    if (!name) throw new S3Error("InvalidRequest", `x-amz-trailer: ${header} cannot follow a body.`);
    return { name, value: undefined };
  });
  if (sent.length + trailing.length > 1)
    throw new S3Error("InvalidRequest", "Send one x-amz-checksum header for a body, not several.");
  const md5 = headers.get("content-md5");
  return [...sent, ...trailing, ...(md5 === null ? [] : [{ name: "md5" as const, value: requireLength("md5", md5) }])];
}

export function requireLength(name: S3Checksum | "md5", value: string): string {
  const digits = Math.ceil(CHECKSUM_BYTES[name] / 3) * 4;
  if (value.length === digits && /^[A-Za-z0-9+/]+={0,2}$/.test(value)) return value;
  if (name === "md5") throw new S3Error("InvalidDigest", "The Content-Md5 you specified is not valid.");
  throw new S3Error(
    "InvalidRequest",
    `The value of ${checksumHeader(name)} must be ${CHECKSUM_BYTES[name]} bytes in base64.`,
  );
}

function trailerNames(headers: Headers): string[] {
  const text = headers.get("x-amz-trailer");
  return text === null ? [] : text.split(",").flatMap((one) => one.trim().toLowerCase() || []);
}
