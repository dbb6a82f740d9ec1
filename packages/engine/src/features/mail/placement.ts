import { excerpt } from "@plinth/core";
import { INLINE, refusalOfStyles, refusalOfTag } from "./allowed-html.ts";
import { matchAt, tagAt } from "./html-tags.ts";

/*
 * Where a text may contain its link or code. As part of another address, the secret would be sent to that server, and in an
 * image's address even without a click.
 */

export interface Problem {
  /** How the secret must be written. */
  readonly form?: string;
  /** Where the secret must stand. */
  readonly place?: string;
}

/** What is wrong with the place of the secret in a plain text. */
export function problemInText(text: string, secret: RegExp): Problem {
  return isWithin(text, secret, /(?:^|[ \t\r\n])[(<"]?$/, /^[)>".,;]{0,3}(?:$|[ \t\r\n])/)
    ? { place: "between spaces or on a line of its own" }
    : NONE;
}

const DOCTYPE = /<!doctype[^<>]*>/iy;
const CONDITION = /^\[if [^\]<>"']*\]>/i;
/** Elements whose content is not HTML, and how each ends. */
const RAW: ReadonlyMap<string, RegExp> = new Map([
  ["style", /<\/style[\t\n\f\r />]/gi],
  ["title", /<\/title[\t\n\f\r />]/gi],
]);

const NONE: Problem = {};
const MISPLACED: Problem = { place: 'as href="{{url}}" of a link, or in a line with spaces around it' };

/**
 * What is wrong with HTML that contains a secret. Only HTML that every mail program reads in the same way is accepted: what is text
 * for one parser must not be an attribute for another.
 */
export function problemInHtml(html: string, secret: RegExp): Problem {
  /** Visible text without a break, across inline elements. */
  let line = "";
  for (let at = 0; ; ) {
    const open = html.indexOf("<", at);
    line += html.slice(at, open === -1 ? html.length : open);
    const piece = open === -1 ? undefined : pieceAt(html, open, secret);
    if (piece && "problem" in piece) return piece.problem;
    if (piece?.within) {
      at = piece.end;
      continue;
    }
    if (isWithin(line, secret, /(?:^|[ \t\r\n])\(?$/, /^[).,;]{0,3}(?:$|[ \t\r\n])/)) return MISPLACED;
    if (!piece) return NONE;
    line = "";
    at = piece.end;
  }
}

/** A comment or tag; `within`: it is inline. */
type Piece = { readonly problem: Problem } | { readonly end: number; readonly within: boolean };

function pieceAt(html: string, at: number, secret: RegExp): Piece {
  if (html.startsWith("<!--", at)) return commentAt(html, at, secret);
  if (matchAt(DOCTYPE, html, at)) return { end: DOCTYPE.lastIndex, within: false };
  const tag = tagAt(html, at);
  if (!tag) return refused({ form: `has no proper tag at ${excerpt(html.slice(at, at + 40))}; write < as &lt;` });
  const form = refusalOfTag(tag);
  if (form !== undefined) return refused({ form });
  const isLink = tag.name === "a" || tag.name.startsWith("v:");
  for (const [name, value] of tag.attributes) {
    if (!says(value, secret)) continue;
    if (!isLink || name !== "href" || value.replace(secret, "") !== "") return refused(MISPLACED);
  }
  const ending = tag.closes ? undefined : RAW.get(tag.name);
  if (!ending) return { end: tag.end, within: INLINE.has(tag.name) };
  const end = matchAt(ending, html, tag.end)?.index;
  if (end === undefined) return refused({ form: `does not close <${tag.name}>` });
  const content = html.slice(tag.end, end);
  if (says(content, secret)) return refused(MISPLACED);
  const styles = tag.name === "style" ? refusalOfStyles(content) : undefined;
  return styles === undefined ? { end, within: false } : refused({ form: styles });
}

function commentAt(html: string, at: number, secret: RegExp): Piece {
  const end = html.indexOf("-->", at + 4);
  const comment = end === -1 ? "" : html.slice(at + 4, end);
  if (end === -1 || /^-?>|--!>|<!--/.test(comment)) return refused({ form: "has a comment that is not closed by -->" });
  const problem = problemInComment(comment, secret);
  return problem === NONE ? { end: end + 3, within: true } : refused(problem);
}

/** Some mail programs read the content of conditional comments, such as `<!--[if mso]>…<![endif]-->`. */
function problemInComment(comment: string, secret: RegExp): Problem {
  if (!CONDITION.test(comment)) return says(comment, secret) ? MISPLACED : NONE;
  const read = comment
    .replace(CONDITION, "")
    .replace(/^<!$/, "")
    .replace(/<!\[endif\]$/i, "");
  return problemInHtml(read, secret);
}

const refused = (problem: Problem): Piece => ({ problem });
const says = (text: string, secret: RegExp): boolean => text.search(secret) !== -1;

/**
 * Whether the secret stands anywhere but between such texts: it could be a part of an address. Spaces are those that end one
 * in every program; U+FEFF and its like do not.
 */
function isWithin(text: string, secret: RegExp, before: RegExp, after: RegExp): boolean {
  return [...text.matchAll(secret)].some(
    ({ index, 0: found }) =>
      !before.test(text.slice(0, index).slice(-2)) || !after.test(text.slice(index + found.length)),
  );
}
