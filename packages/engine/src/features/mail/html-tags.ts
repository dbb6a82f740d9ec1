/** Reads tags of HTML so strictly that every parser reads them alike. Each step takes time for its own characters only. */

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

/** Null: this is no tag, or one that parsers may read in more than one way. */
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

/** Of a pattern with the flag `y` at this place, or with `g` from there on. */
export function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}
