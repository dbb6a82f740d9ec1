import { LANGUAGES, type PageLanguage } from "../messages/index.ts";
import { dataElement, escapeHtml, type Html, html } from "./html.ts";
import { STYLE } from "./style.ts";
import { imageSources, paletteStyle, type Theme } from "./theme.ts";

/** A part of a page that comes from elsewhere. */
export interface PageWidget {
  readonly script: string;
  /** What it may load, by these directives of the page's policy. */
  readonly sources: readonly string[];
  readonly directives: readonly string[];
}

export interface HtmlPage {
  readonly title: string;
  readonly body: Html;
  readonly theme: Theme;
  readonly language: PageLanguage;
  /** Where the name and logo lead. */
  readonly home: string;
  /** Beside the name: who is signed in. */
  readonly session?: Html | undefined;
  /** Runs at the end of the page. It holds no data of the request: those are in `data`. */
  readonly script?: string | undefined;
  readonly data?: object | undefined;
  readonly status?: number | undefined;
  /** One column, for one form. */
  readonly narrow?: boolean | undefined;
  /** The one thing that the page loads from elsewhere. */
  readonly widget?: PageWidget | undefined;
  /** Whether the page offers the other languages. */
  readonly translated?: boolean | undefined;
}

const MARK_PATH = "M3 2h10v2H3zm1 3h8v6H4zm-2 7h12v2H2z";

const ICON = `data:image/svg+xml,${encodeURIComponent(
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path d="${MARK_PATH}" fill="#b4532a"/></svg>`,
)}`;

const MARK = html`<svg class="mark" viewBox="0 0 16 16" aria-hidden="true"><path d="${MARK_PATH}"/></svg>`;

/** A self-contained page, which may run and fetch nothing else, save its theme's logo and its widget. */
export function htmlPage(page: HtmlPage): Response {
  const { title, body, theme, language, home, session, script, data, status = 200, narrow, translated, widget } = page;
  const nonce = crypto.randomUUID();
  // The style and the script are texts of this program; everything else is escaped.
  const text = `<!doctype html>
<html lang="${language.code}" dir="${language.direction}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title === theme.name ? title : `${title} · ${theme.name}`)}</title>
<link rel="icon" href="${ICON}">
<style nonce="${nonce}">${paletteStyle(theme)}${STYLE}</style>
</head>
<body${narrow ? ' class="narrow"' : ""}>
<header>${brand(theme, home)}${session ?? ""}</header>
<main>
${body}
<p id="status" role="status"></p>
</main>
${translated ? languages(language) : ""}
${data ? dataElement("page", data) : ""}
${script ? `<script nonce="${nonce}">${script}</script>` : ""}
${widget ? html`<script src="${widget.script}" async></script>` : ""}
</body>
</html>
`;
  return new Response(text, { status, headers: pageHeaders(nonce, page) });
}

function brand({ name, logoUrl }: Theme, home: string): Html {
  const logo = logoUrl === null ? MARK : html`<img class="logo" src="${logoUrl}" alt="" width="40" height="40">`;
  return html`<a class="brand" href="${home}">${logo}${name}</a>`;
}

function languages(current: PageLanguage): Html {
  const links = LANGUAGES.map(
    ({ code, name }) =>
      html`<li><a href="?lang=${code}" hreflang="${code}" lang="${code}"${code === current.code && html` aria-current="true"`}>${name}</a></li>`,
  );
  return html`<footer><ul aria-label="${current.messages.common.language}">${links}</ul></footer>`;
}

function pageHeaders(nonce: string, { theme, language, widget }: HtmlPage): Record<string, string> {
  const may = (directive: string, ...own: readonly string[]): string[] => {
    const sources = [...own, ...(widget?.directives.includes(directive) ? widget.sources : [])];
    return sources.length === 0 ? [] : [`${directive} ${sources.join(" ")}`];
  };
  return {
    "content-type": "text/html; charset=utf-8",
    "content-language": language.code,
    "content-security-policy": [
      "default-src 'none'",
      ...may("style-src", `'nonce-${nonce}'`),
      ...may("script-src", `'nonce-${nonce}'`),
      ...may("connect-src", "'self'"),
      ...may("frame-src"),
      `img-src ${imageSources(theme)}`,
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join("; "),
    // A setup link, and the links of mails, have tokens in their addresses.
    "referrer-policy": "no-referrer",
  };
}
