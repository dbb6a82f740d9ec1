import { xmlChildren, xmlTextOf } from "@plinth/core";
import { type ObjectTags, readObjectTags, writeObjectTags } from "@plinth/engine";
import { pairsIn } from "./address.ts";
import { documentIn } from "./delete-objects.ts";
import { S3Error } from "./errors.ts";
import { answerEmpty, answerXml, type Operation } from "./operation.ts";
import { readDocument } from "./payload.ts";
import { versionAddress, versionHeaders } from "./versions.ts";
import { element } from "./xml.ts";

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html */
const MOST_TAGS = 10;
const MAX_KEY = 128;
const MAX_VALUE = 256;
const CHARACTERS = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** Of the header `x-amz-tagging`. */
export function tagsInHeader(headers: Headers): ObjectTags {
  const text = headers.get("x-amz-tagging");
  if (!text) return {};
  const wrong = () =>
    new S3Error(
      "InvalidArgument",
      "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.",
    );
  let pairs: [string, string][];
  try {
    pairs = pairsIn(text);
  } catch {
    throw wrong();
  }
  const names = pairs.map(([name]) => name);
  if (names.includes("") || new Set(names).size < names.length) throw wrong();
  return checkedTags(pairs);
}

function checkedTags(pairs: readonly (readonly [name: string, value: string])[]): ObjectTags {
  if (pairs.length > MOST_TAGS) throw new S3Error("BadRequest", `Object tags cannot be greater than ${MOST_TAGS}`);
  for (const [name, value] of pairs) {
    if (name === "" || name.length > MAX_KEY || !CHARACTERS.test(name))
      throw new S3Error("InvalidTag", "The TagKey you have provided is invalid");
    if (value.length > MAX_VALUE || !CHARACTERS.test(value))
      throw new S3Error("InvalidTag", "The TagValue you have provided is invalid");
  }
  const tags = new Map(pairs);
  if (tags.size < pairs.length) throw new S3Error("InvalidTag", "Cannot provide multiple Tags with the same key");
  return Object.fromEntries(tags);
}

export function tagCount(tags: ObjectTags): Record<string, string> {
  const { length } = Object.keys(tags);
  return length === 0 ? {} : { "x-amz-tagging-count": String(length) };
}

export const readTags: Operation = async (request) => {
  const { tags, version } = await readObjectTags(request.ctx, request.grant, versionAddress(request));
  const set = Object.entries(tags).map(([name, value]) =>
    element("Tag", [element("Key", name), element("Value", value)]),
  );
  return answerXml(request, "Tagging", [element("TagSet", set)], versionHeaders(version));
};

export const writeTags: Operation = async (request) => {
  const { c, ctx, grant, signed } = request;
  const [set] = xmlChildren(documentIn(await readDocument(c, signed), "Tagging"), "TagSet");
  if (!set) throw malformed();
  const pairs = xmlChildren(set, "Tag").map((tag) => {
    const [name, value] = [xmlTextOf(tag, "Key"), xmlTextOf(tag, "Value")];
    if (name === undefined || value === undefined) throw malformed();
    return [name, value] as const;
  });
  const { version } = await writeObjectTags(ctx, grant, versionAddress(request), checkedTags(pairs));
  return answerEmpty(request, 200, versionHeaders(version));
};

export const removeTags: Operation = async (request) => {
  const { version } = await writeObjectTags(request.ctx, request.grant, versionAddress(request), {});
  return answerEmpty(request, 204, versionHeaders(version));
};

const malformed = () => new S3Error("MalformedXML", "Send a TagSet of tags with Key and Value.");
