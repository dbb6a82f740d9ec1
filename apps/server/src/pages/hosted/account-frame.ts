import { type Html, html } from "../frame/html.ts";
import type { PageRequest } from "./hosted-page.ts";

/** The parts of an account, a page each. */
const PARTS = { "/account": "profile", "/account/security": "security", "/account/data": "data" } as const;

/** The heading and the links that the pages of an account share. */
export function accountHead({ texts, href }: PageRequest, current: keyof typeof PARTS): Html {
  const links = Object.entries(PARTS).map(
    ([path, part]) =>
      html`<li><a href="${href(path)}"${path === current && html` aria-current="page"`}>${texts.account[part]}</a></li>`,
  );
  return html`<h1>${texts.account.title}</h1>
<nav aria-label="${texts.account.sections}"><ul>${links}</ul></nav>`;
}

export function accountTitle({ texts }: PageRequest, part: "profile" | "security" | "second_factor" | "data"): string {
  return `${texts.account[part]} · ${texts.account.title}`;
}
