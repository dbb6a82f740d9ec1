import { excerpt } from "@plinth/core";

/*
 * Where a text may say the link or the code that it is sent for. As a part of another address, the secret would go to
 * the server of that address, and with an image even without a click.
 */

export interface Problem {
  /** How the text must be written. */
  readonly form?: string;
  /** Where the secret must stand. */
  readonly place?: string;
}

/** What is wrong with the place of the secret in a plain text. */
export function problemInText(text: string, secret: RegExp): Problem {
  return isWithin(text, secret, /(?:^|\s)[(<"]?$/, /^(?:$|[\s)>".,;])/)
    ? { place: "between spaces or on a line of its own" }
    : {};
}

/** What mail programs drop or run, and whose content is no text that the reader sees. */
const REFUSED = new Set(
  ["base", "embed", "iframe", "math", "noembed", "noframes", "noscript", "object", "plaintext", "script", "svg"].concat(
    ["template", "xmp", "button", "form", "input", "select", "textarea"],
  ),
);
/** Elements whose content is no HTML, with how each ends. */
const RAW: ReadonlyMap<string, RegExp> = new Map([
  ["style", /<\/style[\t\n\f\r />]/gi],
  ["title", /<\/title[\t\n\f\r />]/gi],
]);
const TAG = /<(\/?)([a-z][a-z0-9:-]*)/iy;
const ATTRIBUTE =
  /[\t\n\f\r ]+([a-z_:@][\w:.@-]*)(?:[\t\n\f\r ]*=[\t\n\f\r ]*(?:"([^"]*)"|'([^']*)'|([^\s"'<>=`{}]+)))?/iy;
const TAG_END = /[\t\n\f\r ]*\/?>/y;
const DOCTYPE = /<!doctype[^<>]*>/iy;
const CONDITION = /^\[if [^\]<>"']*\]>/i;

const NONE: Problem = {};
const MISPLACED: Problem = { place: 'as href="{{url}}" or between elements' };

/**
 * What is wrong with HTML that says a secret. Only HTML that every mail program reads in the same way is accepted: what is text
 * for one parser must not be an attribute for another.
 */
export function problemInHtml(html: string, secret: RegExp): Problem {
  const says = (text: string): boolean => text.search(secret) !== -1;
  for (let at = 0; at < html.length; ) {
    const open = html.indexOf("<", at);
    const text = html.slice(at, open === -1 ? html.length : open);
    if (isWithin(text, secret, /(?:^|\s)\(?$/, /^(?:$|[\s).,;])/)) return MISPLACED;
    if (open === -1) return NONE;
    if (html.startsWith("<!--", open)) {
      const end = html.indexOf("-->", open + 4);
      const comment = end === -1 ? "" : html.slice(open + 4, end);
      if (end === -1 || /^-?>|--!>|<!--/.test(comment)) return { form: "has a comment that is not closed by -->" };
      const problem = problemInComment(comment, secret);
      if (problem !== NONE) return problem;
      at = end + 3;
      continue;
    }
    const tag = match(DOCTYPE, html, open) ? undefined : tagAt(html, open);
    if (tag === null) return { form: `has no proper tag at ${excerpt(html.slice(open, open + 40))}; write < as &lt;` };
    at = tag?.end ?? DOCTYPE.lastIndex;
    if (!tag) continue;
    if (REFUSED.has(tag.name)) return { form: `must not have the element <${tag.name}>` };
    for (const [name, value] of tag.attributes) {
      if (name === "ping" || name.startsWith("on")) return { form: `must not have the attribute ${name}` };
      if (says(value) && (name !== "href" || value.replace(secret, "") !== "")) return MISPLACED;
    }
    const ending = tag.closes ? undefined : RAW.get(tag.name);
    if (!ending) continue;
    const end = match(ending, html, at)?.index;
    if (end === undefined) return { form: `does not close <${tag.name}>` };
    if (says(html.slice(at, end))) return MISPLACED;
    at = end;
  }
  return NONE;
}

/** Some programs read what stands below a condition, as `<!--[if mso]>…<![endif]-->`. */
function problemInComment(comment: string, secret: RegExp): Problem {
  if (!CONDITION.test(comment)) return comment.search(secret) === -1 ? NONE : MISPLACED;
  return problemInHtml(
    comment
      .replace(CONDITION, "")
      .replace(/^<!$/, "")
      .replace(/<!\[endif\]$/i, ""),
    secret,
  );
}

/** Whether the secret stands anywhere but between such texts: it could be a part of an address. */
function isWithin(text: string, secret: RegExp, before: RegExp, after: RegExp): boolean {
  return [...text.matchAll(secret)].some(
    ({ index, 0: found }) =>
      !before.test(text.slice(0, index).slice(-2)) || !after.test(text.charAt(index + found.length)),
  );
}

interface Tag {
  readonly name: string;
  readonly closes: boolean;
  readonly attributes: readonly (readonly [string, string])[];
  readonly end: number;
}

/** Null: this is no tag, or one that parsers may read in more than one way. */
function tagAt(html: string, at: number): Tag | null {
  const begun = match(TAG, html, at);
  if (!begun) return null;
  const attributes: [string, string][] = [];
  let end = TAG.lastIndex;
  for (;;) {
    const attribute = match(ATTRIBUTE, html, end);
    if (!attribute) break;
    const [, name = "", double, single, bare] = attribute;
    attributes.push([name.toLowerCase(), double ?? single ?? bare ?? ""]);
    end = ATTRIBUTE.lastIndex;
  }
  if (!match(TAG_END, html, end)) return null;
  return { name: begun[2]!.toLowerCase(), closes: begun[1] === "/", attributes, end: TAG_END.lastIndex };
}

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}
