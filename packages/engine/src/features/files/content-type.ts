import { typeBySignature } from "./signatures.ts";

/** Bytes from which a type is found. */
export const HEAD_BYTES = 4100;

const UNKNOWN = "application/octet-stream";
/** Elements with which a page begins, or a piece of one. */
const PAGE = new Set(
  "html head body script iframe style title table div a p h1 br img link meta object embed form".split(" "),
);
const TAG = /^<([a-z][a-z0-9:]{0,30})[\s/>]/i;
const DOCTYPE = /^<!doctype\s+(\w{1,30})/i;
/** Types whose files begin as those of a more general one: then the client may say which it is. */
const CONTAINERS: Readonly<Record<string, RegExp>> = {
  "application/zip":
    /^application\/(?:epub\+zip|java-archive|vnd\.(?:openxmlformats-officedocument|oasis\.opendocument|ms-[a-z]+)\.[\w.-]+|vnd\.android\.package-archive)$/,
  "application/x-ole-storage": /^application\/(?:msword|vnd\.ms-[a-z]+)$/,
  "video/webm": /^(?:video\/(?:x-)?matroska|audio\/webm)$/,
  "video/mp4": /^(?:video\/(?:3gpp2?|x-m4v)|audio\/mp4)$/,
};
/** A type and subtype of RFC 6838 §4.2, without parameters. */
const MEDIA_TYPE = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,126}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}$/;

/**
 * The media type of a file by its first bytes. What the client says counts only for bytes that say nothing, and then only where a file
 * of that type has no signature by which it would have been found: text that calls itself `image/png` is no picture.
 */
export function contentTypeOf(head: Uint8Array, claimed: string | undefined): string {
  const type = (claimed ?? "").split(";", 1)[0]!.trim().toLowerCase();
  const found = markupIn(head) ?? typeBySignature(head);
  if (found !== undefined) return CONTAINERS[found]?.test(type) ? type : found;
  return MEDIA_TYPE.test(type) && !hasSignature(type) ? type : UNKNOWN;
}

function markupIn(head: Uint8Array): string | undefined {
  const text = new TextDecoder().decode(head.subarray(0, 2048)).trimStart();
  let rest = text;
  let doctype: string | undefined;
  for (let next = afterPreamble(rest); next !== undefined; next = afterPreamble(rest)) {
    doctype ??= DOCTYPE.exec(rest)?.[1]?.toLowerCase();
    rest = next;
  }
  const tag = TAG.exec(rest)?.[1]?.toLowerCase();
  if (doctype === "html" || (tag !== undefined && PAGE.has(tag))) return "text/html";
  if (doctype === "svg" || tag === "svg" || tag === "svg:svg") return "image/svg+xml";
  return text.startsWith("<?xml") ? "application/xml" : undefined;
}

/** What follows a comment, an instruction or the type of a document. Undefined: the text begins with none, or with one that is cut. */
function afterPreamble(text: string): string | undefined {
  const end = text.startsWith("<!--") ? "-->" : text.startsWith("<?") ? "?>" : DOCTYPE.test(text) ? ">" : undefined;
  const at = end === undefined ? -1 : text.indexOf(end);
  return at < 0 ? undefined : text.slice(at + end!.length).trimStart();
}

/** Types of which every file begins with bytes of its own; others, such as texts, are what the client says. */
function hasSignature(type: string): boolean {
  const [kind, name = ""] = type.split("/", 2);
  if (kind === "image" || kind === "font") return true;
  if (kind === "audio" || kind === "video") return !name.startsWith("x-");
  return ["application/pdf", "application/zip", "application/gzip", "text/html", "application/xhtml+xml"].includes(
    type,
  );
}
