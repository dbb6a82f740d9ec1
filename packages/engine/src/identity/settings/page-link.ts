import * as z from "../../kernel/zod.ts";

const OWN_PATH = /^\/(?!\/)[^\\\s]*$/;

/** A path of this server, or a web page elsewhere, as text. */
export function isPageLink(text: string): boolean {
  return text.length <= 2000 && (OWN_PATH.test(text) || URL.parse(text)?.protocol === "https:");
}

export const pageLink = z.string().refine(isPageLink, "must be a path of this server or an https address");
