import { type FilePage, isFileKey, type ListFilesOptions } from "@plinth/core";
import type { S3Client } from "./s3-client.ts";
import { requiredXmlText, type XmlElement, xmlChildren, xmlTextOf } from "./s3-xml.ts";

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
export async function listS3(
  client: S3Client,
  { prefix, cursor, limit = 1000, folders }: ListFilesOptions,
): Promise<FilePage> {
  const query = {
    "list-type": "2",
    "encoding-type": "url",
    "max-keys": String(limit),
    prefix: prefix || undefined,
    "continuation-token": cursor,
    delimiter: folders ? "/" : undefined,
  };
  const page = await client.read({ method: "GET", query });
  return {
    // What something else has put into the bucket under keys of its own is not of this store.
    files: xmlChildren(page, "Contents").flatMap((element) => {
      const key = keyIn(element, "Key");
      return isFileKey(key) ? [{ key, ...detailsIn(element) }] : [];
    }),
    folders: xmlChildren(page, "CommonPrefixes")
      .map((element) => keyIn(element, "Prefix"))
      .filter((name) => isFileKey(name.slice(0, -1))),
    cursor: xmlTextOf(page, "IsTruncated") === "true" ? requiredXmlText(page, "NextContinuationToken") : undefined,
  };
}

function detailsIn(element: XmlElement): { size: number; etag: string; modifiedAt: number } {
  return {
    size: Number(requiredXmlText(element, "Size")),
    etag: requiredXmlText(element, "ETag").replaceAll('"', ""),
    modifiedAt: Date.parse(requiredXmlText(element, "LastModified")),
  };
}

/** As `encoding-type=url` has it. */
function keyIn(element: XmlElement, name: string): string {
  const text = requiredXmlText(element, name);
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}
