/**
 * The part of XML that S3 uses: elements, text and the five entities of XML, without comments, sections or document types. What
 * else there is in a document is refused, so that no document can make the reader fetch or expand anything.
 */

/** A document that is not of this form. */
export class XmlError extends Error {
  override readonly name = "XmlError";
}

export interface XmlElement {
  readonly name: string;
  readonly text: string;
  readonly children: readonly XmlElement[];
}

interface OpenElement {
  readonly name: string;
  text: string;
  readonly children: XmlElement[];
}

const MAX_DEPTH = 16;
const TOKEN = /<([^<>]*)>|[^<]+/y;
const NAME = /^[A-Za-z][\w:.-]*/;
const ENTITY = /&(?:#x([0-9a-fA-F]{1,6})|#(\d{1,7})|(amp|lt|gt|quot|apos));|&/g;
const NAMED: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** The root element. */
export function parseXml(text: string): XmlElement {
  const document: OpenElement = { name: "", text: "", children: [] };
  const open: OpenElement[] = [document];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const [whole, tag] = TOKEN.exec(text) ?? [];
    if (whole === undefined) throw malformed();
    if (tag === undefined) open.at(-1)!.text += decoded(whole);
    else if (tag.startsWith("/")) closeElement(open, tag.slice(1));
    else if (!tag.startsWith("?")) openElement(open, tag);
  }
  const root = document.children[0];
  if (open.length > 1 || document.children.length !== 1 || !root || document.text.trim() !== "") throw malformed();
  return root;
}

function openElement(open: OpenElement[], tag: string): void {
  const name = NAME.exec(tag)?.[0];
  if (name === undefined) throw malformed();
  const element: OpenElement = { name, text: "", children: [] };
  open.at(-1)!.children.push(element);
  if (!tag.endsWith("/")) open.push(element);
  if (open.length > MAX_DEPTH) throw malformed();
}

function closeElement(open: OpenElement[], name: string): void {
  if (open.length === 1 || open.at(-1)!.name !== name.trimEnd()) throw malformed();
  open.pop();
}

export function xmlChildren(element: XmlElement, name: string): XmlElement[] {
  return element.children.filter((child) => child.name === name);
}

/** The text of the only child of that name; undefined where there is none. */
export function xmlTextOf(element: XmlElement, name: string): string | undefined {
  return element.children.find((child) => child.name === name)?.text;
}

function decoded(text: string): string {
  return text.replace(ENTITY, (_, hex?: string, decimal?: string, name?: string) => {
    if (name !== undefined) return NAMED[name]!;
    const code = hex === undefined ? Number(decimal ?? Number.NaN) : Number.parseInt(hex, 16);
    if (!(code > 0 && code <= 0x10ffff)) throw malformed();
    return String.fromCodePoint(code);
  });
}

function malformed(): XmlError {
  return new XmlError("the document is not well-formed, or uses more of XML than elements and text");
}
