// Links between the pages: each has a target, and each page can be reached from the contents.
import path from "node:path";
import type { Problem } from "./problem.ts";

export interface Page {
  file: string;
  text: string;
}

const LINK = /\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)|^\[[^\]]+\]:\s*(\S+)|\b(?:href|src)="([^"]+)"/gm;

interface Link {
  target: string;
  line: number;
}

/** `exists` is called with a path relative to the root. */
export function checkLinks(pages: readonly Page[], exists: (file: string) => boolean): Problem[] {
  return pages.flatMap((page) =>
    linksOf(page.text).flatMap(({ target, line }) => {
      const message = checkLink(page, target, pages, exists);
      return message ? [{ file: page.file, line, message }] : [];
    }),
  );
}

function checkLink(
  page: Page,
  target: string,
  pages: readonly Page[],
  exists: (file: string) => boolean,
): string | undefined {
  const file = resolve(page.file, target);
  if (file.startsWith("..")) return `${target} leads out of the repository`;
  if (!exists(file)) return `${target} leads nowhere`;
  const anchor = target.split("#")[1];
  const destination = pages.find((other) => other.file === file);
  if (!anchor || !destination) return undefined;
  return anchorsOf(destination.text).has(anchor) ? undefined : `${target}: ${file} has no heading #${anchor}`;
}

/** Every page of `docs/` is reachable from its contents, in any number of steps. */
export function checkContents(contents: string, pages: readonly Page[]): Problem[] {
  const reached = new Set([contents]);
  for (const file of reached) {
    const page = pages.find((other) => other.file === file);
    for (const { target } of page ? linksOf(page.text) : []) reached.add(resolve(file, target));
  }
  return pages
    .filter(({ file }) => file.startsWith(`${path.posix.dirname(contents)}/`) && !reached.has(file))
    .map(({ file }) => ({ file, message: `cannot be reached from ${contents}` }));
}

function resolve(from: string, target: string): string {
  const file = decodeURIComponent(target.split("#")[0]!);
  if (file === "") return from;
  if (file.startsWith("/")) return file.slice(1);
  return path.posix.join(path.posix.dirname(from), file).replace(/\/$/, "");
}

function linksOf(text: string): Link[] {
  const prose = withoutCode(text);
  return [...prose.matchAll(LINK)]
    .map((match) => ({
      target: (match[1] ?? match[2] ?? match[3])!,
      line: prose.slice(0, match.index).split("\n").length,
    }))
    .filter(({ target }) => !/^([a-z][a-z+.-]*:|\/\/)/i.test(target));
}

/** Blanks fenced blocks and code spans, without moving lines. */
function withoutCode(text: string): string {
  const blank = (code: string) => code.replace(/[^\n]/g, " ");
  return text.replace(/^ *(```|~~~)[\s\S]*?^ *\1/gm, blank).replace(/(`+)(?!`)[^`]*?\1/g, blank);
}

/** The anchors that GitHub gives to headings. */
function anchorsOf(text: string): Set<string> {
  const anchors = new Set<string>();
  for (const [, heading = ""] of text.replace(/^ *(```|~~~)[\s\S]*?^ *\1/gm, "").matchAll(/^#{1,6}\s+(.*?)\s*#*$/gm)) {
    const slug = heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replace(/\s/g, "-");
    let anchor = slug;
    for (let n = 1; anchors.has(anchor); n += 1) anchor = `${slug}-${n}`;
    anchors.add(anchor);
  }
  return anchors;
}
