import { fromBase64, sameText, toHex } from "@plinth/core";
import {
  CHECKSUM_BYTES,
  type ChecksumForm,
  checksumTypesOf,
  DEFAULT_CHECKSUM,
  type ObjectChecksum,
  S3_CHECKSUMS,
  type S3Checksum,
} from "@plinth/engine";
import { S3Error } from "./errors.ts";

/** What the bytes of a body must have, as its headers say. */
export interface ExpectedChecksum {
  readonly name: S3Checksum | "md5";
  /** In base64. Undefined: it follows the body, under the name of its header. */
  readonly value: string | undefined;
}

const HEADER = "x-amz-checksum-";
const NO_CHECKSUM: ReadonlySet<string> = new Set(["algorithm", "type", "mode"]);

export const checksumHeader = (name: S3Checksum): string => HEADER + name;

/** Throws for those that nobody can have. At most one of them is none of MD5. */
export function expectedChecksums(headers: Headers): ExpectedChecksum[] {
  requireKnown(headers);
  const sent: ExpectedChecksum[] = sentChecksums(headers);
  const trailing = trailerNames(headers).map((header): ExpectedChecksum => {
    const name = S3_CHECKSUMS.find((one) => checksumHeader(one) === header);
    if (!name) throw new S3Error("InvalidRequest", "The value specified in the x-amz-trailer header is not supported");
    return { name, value: undefined };
  });
  const found = [...sent, ...trailing];
  if (found.length > 1) throw severalChecksums();
  for (const { name, value } of sent) requireLength(name, value!);
  const algorithm = headers.get("x-amz-sdk-checksum-algorithm");
  if (algorithm !== null && found.length > 0 && algorithmIn(algorithm) !== found[0]!.name)
    throw new S3Error("InvalidRequest", "Value for x-amz-sdk-checksum-algorithm header is invalid.");
  const md5 = headers.get("content-md5");
  return [...found, ...(md5 === null ? [] : [{ name: "md5" as const, value: requireLength("md5", md5) }])];
}

/** One at most, and none that nobody would compare. */
function requireKnown(headers: Headers): void {
  const sent = [...headers.keys()].filter(
    (name) => name.startsWith(HEADER) && !NO_CHECKSUM.has(name.slice(HEADER.length)),
  );
  if (sent.length + trailerNames(headers).length > 1) throw severalChecksums();
  for (const name of sent) {
    if (S3_CHECKSUMS.some((one) => checksumHeader(one) === name)) continue;
    throw new S3Error("InvalidRequest", "The algorithm type you specified in x-amz-checksum- header is invalid.");
  }
}

/** Of the headers. */
export function sentChecksums(headers: Headers): { readonly name: S3Checksum; readonly value: string }[] {
  return S3_CHECKSUMS.flatMap((name) => {
    const value = headers.get(checksumHeader(name));
    return value === null ? [] : [{ name, value }];
  });
}

export const severalChecksums = () =>
  new S3Error("InvalidRequest", "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.");

export function isChecksumOf(name: S3Checksum | "md5", value: string): boolean {
  const digits = Math.ceil(CHECKSUM_BYTES[name] / 3) * 4;
  if (value.length !== digits || !/^[A-Za-z0-9+/]+={0,2}$/.test(value)) return false;
  return atob(value).length === CHECKSUM_BYTES[name];
}

export function requireLength(name: S3Checksum | "md5", value: string, where = "header"): string {
  if (isChecksumOf(name, value)) return value;
  if (name === "md5")
    throw new S3Error("InvalidDigest", "The Content-Md5 you specified is not valid.", { "Content-MD5": value });
  throw new S3Error("InvalidRequest", `Value for ${checksumHeader(name)} ${where} is invalid.`);
}

/** Throws where the bytes have another checksum than they must. */
export function requireSame(name: S3Checksum | "md5", expected: string, found: string): void {
  if (sameText(expected, found)) return;
  const message =
    name === "md5"
      ? "The Content-MD5 you specified did not match what we received."
      : `The ${name.toUpperCase()} you specified did not match the calculated checksum.`;
  throw new S3Error(
    "BadDigest",
    message,
    name === "md5" ? { CalculatedDigest: found, ExpectedDigest: toHex(fromBase64(expected)) } : {},
  );
}

/** By the name that clients have for it, in any case. */
export function algorithmIn(text: string): S3Checksum {
  const name = S3_CHECKSUMS.find((one) => one === text.toLowerCase());
  if (name) return name;
  const all = S3_CHECKSUMS.map((one) => one.toUpperCase()).join(", ");
  const message = `Checksum algorithm provided is unsupported. Please try again with any of the valid types: [${all}]`;
  throw new S3Error("InvalidRequest", message);
}

const TYPES = { FULL_OBJECT: "FULL_OBJECT", COMPOSITE: "COMPOSITE" } as const;

export function checksumTypeIn(text: string): keyof typeof TYPES {
  const name = text.toUpperCase();
  if (Object.hasOwn(TYPES, name)) return TYPES[name as keyof typeof TYPES];
  throw new S3Error("InvalidRequest", "Value for x-amz-checksum-type header is invalid.");
}

/** The checksum that the parts of a new upload are to have, and whether the client has named it. */
export function uploadChecksum(headers: Headers): { readonly checksum: ChecksumForm; readonly isChosen: boolean } {
  const [algorithmText, typeText] = [headers.get("x-amz-checksum-algorithm"), headers.get("x-amz-checksum-type")];
  const type = typeText === null ? undefined : checksumTypeIn(typeText);
  if (!algorithmText) {
    if (type === undefined) return { checksum: DEFAULT_CHECKSUM, isChosen: false };
    const message = "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.";
    throw new S3Error("InvalidRequest", message);
  }
  const algorithm = algorithmIn(algorithmText);
  const types = checksumTypesOf(algorithm);
  if (type !== undefined && !types.includes(type))
    throw new S3Error(
      "InvalidRequest",
      `The ${type} checksum type cannot be used with the ${algorithm} checksum algorithm.`,
    );
  return { checksum: { algorithm, type: type ?? types[0]! }, isChosen: true };
}

/** As headers have it. */
export function checksumHeaders(checksum: ObjectChecksum | undefined): Record<string, string> {
  if (!checksum?.value) return {};
  return { [checksumHeader(checksum.algorithm)]: checksum.value, "x-amz-checksum-type": checksum.type };
}

function trailerNames(headers: Headers): string[] {
  const text = headers.get("x-amz-trailer");
  return text === null ? [] : text.split(",").flatMap((one) => one.trim().toLowerCase() || []);
}
