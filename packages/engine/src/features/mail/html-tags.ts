/** Reads HTML tags so strictly that every parser reads them in the same way. The time is linear in the length of the text. */

const TAG = /<(\/?)([a-z][a-z0-9:-]*)/iy;
const ATTRIBUTE =
  /[\t\n\f\r ]+([a-z_:@][\w:.@-]*)(?:[\t\n\f\r ]*=[\t\n\f\r ]*(?:"([^"]*)"|'([^']*)'|([^\s"'<>=`{}]+)))?/iy;
const TAG_END = /[\t\n\f\r ]*\/?>/y;

export interface Tag {
  /** In lower case, like the names of attributes. */
  readonly name: string;
  readonly closes: boolean;
  readonly attributes: readonly (readonly [name: string, value: string])[];
  /** Where the text after it begins. */
  readonly end: number;
}

/** Null: not a tag, or one that parsers may read in different ways. */
export function tagAt(html: string, at: number): Tag | null {
  const begun = matchAt(TAG, html, at);
  if (!begun) return null;
  const attributes: [string, string][] = [];
  let end = TAG.lastIndex;
  for (;;) {
    const attribute = matchAt(ATTRIBUTE, html, end);
    if (!attribute) break;
    const [, name = "", double, single, bare] = attribute;
    attributes.push([name.toLowerCase(), double ?? single ?? bare ?? ""]);
    end = ATTRIBUTE.lastIndex;
  }
  if (!matchAt(TAG_END, html, end)) return null;
  return { name: begun[2]!.toLowerCase(), closes: begun[1] === "/", attributes, end: TAG_END.lastIndex };
}

/** The match of a pattern with the flag `y` at this index, or with `g` from there on. */
export function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}
