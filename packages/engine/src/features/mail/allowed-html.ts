import { excerpt } from "@plinth/core";
import type { Tag } from "./html-tags.ts";

/*
 * The HTML that is allowed in a mail with a secret: what mails need, and nothing that loads more than an image, runs, sends,
 * or selects by the value of an attribute.
 */

/** Inline elements: mail programs see one address through them. */
export const INLINE: ReadonlySet<string> = new Set(
  words("a abbr b big cite code em font i ins kbd mark q s samp small span strike strong sub sup tt u wbr"),
);
const BLOCKS = words(
  `address article aside blockquote body br caption center col colgroup dd del div dl dt figcaption figure footer
  h1 h2 h3 h4 h5 h6 head header hr html img li main meta nav ol p pre section style table tbody td tfoot th thead title
  tr ul xml`,
);
const ALLOWED: ReadonlySet<string> = new Set([...INLINE, ...BLOCKS]);
/** Microsoft's mail programs read these in conditional comments. */
const OF_OFFICE = /^[ovw]:[a-z]+$/;
const HTTP_EQUIVS: ReadonlySet<string> = new Set(["content-type", "x-ua-compatible"]);

const RULES: ReadonlySet<string> = new Set(["@media", "@viewport", "@-ms-viewport"]);
const FUNCTIONS: ReadonlySet<string> = new Set(["", ...words("rgb rgba hsl hsla calc not is where nth-child media")]);

/** Why a tag is refused; undefined: it is allowed. */
export function refusalOfTag({ name, attributes }: Tag): string | undefined {
  if (!ALLOWED.has(name) && !OF_OFFICE.test(name)) return `must not have the element <${excerpt(name)}>`;
  const refused = attributes.find(([attribute]) => attribute === "ping" || attribute.startsWith("on"));
  if (refused) return `must not have the attribute ${excerpt(refused[0])}`;
  if (name !== "meta") return undefined;
  const does = attributes.find(([attribute]) => attribute === "http-equiv")?.[1].toLowerCase();
  return does === undefined || HTTP_EQUIVS.has(does) ? undefined : "must not have <meta> with this http-equiv";
}

/**
 * Why a style sheet is refused. One that selects by attributes and loads something reveals the link to its server, letter
 * by letter.
 */
export function refusalOfStyles(css: string): string | undefined {
  if (/[\\[]/.test(css)) return "must have no [ and no \\ in <style>: write selectors by element, class or id";
  const rule = css.match(/@[\w-]*/g)?.find((found) => !RULES.has(found.toLowerCase()));
  if (rule !== undefined) return `must not have ${excerpt(rule)} in <style>; use @media alone`;
  const called = css
    .split(/[^\w(-]/)
    .flatMap((text) => text.split("(").slice(0, -1))
    .find((name) => !FUNCTIONS.has(name.toLowerCase()));
  return called === undefined ? undefined : `must not have ${excerpt(called)}() in <style>`;
}

function words(text: string): string[] {
  return text.split(/\s+/);
}
