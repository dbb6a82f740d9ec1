import { S3Error } from "./errors.ts";

/** Where this endpoint is mounted. */
export const BASE = "/s3";

/** What a request is about. */
export interface ObjectAddress {
  /** Empty: the endpoint itself. */
  readonly bucket: string;
  /** Empty: the bucket. */
  readonly key: string;
  /** The path as it was sent, without the base. */
  readonly rawPath: string;
  /** By their names, decoded. */
  readonly query: ReadonlyMap<string, string>;
  readonly rawQuery: string;
}

const URL_PARTS = /^[a-z]+:\/\/[^/?#]*([^?#]*)(?:\?([^#]*))?/i;

/** By the text of the URL: a URL that is parsed has lost how it was written, which is what was signed. */
export function objectAddressOf(url: string): ObjectAddress {
  const [, path = "", rawQuery = ""] = URL_PARTS.exec(url) ?? [];
  const rawPath = path.slice(BASE.length);
  const [, bucket = "", key = ""] = /^\/?([^/]*)(?:\/(.*))?$/s.exec(rawPath) ?? [];
  return { bucket: decoded(bucket), key: decoded(key), rawPath, rawQuery, query: new Map(pairsIn(rawQuery)) };
}

/** The parameters of a query, decoded. */
export function pairsIn(rawQuery: string): [name: string, value: string][] {
  if (rawQuery === "") return [];
  return rawQuery
    .split("&")
    .filter((pair) => pair !== "")
    .map((pair) => {
      const at = pair.indexOf("=");
      const [name, value] = at < 0 ? [pair, ""] : [pair.slice(0, at), pair.slice(at + 1)];
      return [decoded(name.replaceAll("+", " ")), decoded(value.replaceAll("+", " "))];
    });
}

export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new S3Error("InvalidURI", "The address must be encoded as UTF-8, and % itself as %25.");
  }
}

/** As SigV4 encodes: all bytes but `A–Z a–z 0–9 - _ . ~`. */
export function uriEncoded(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** The same for each part of a path. */
export function pathEncoded(path: string): string {
  return path.split("/").map(uriEncoded).join("/");
}
