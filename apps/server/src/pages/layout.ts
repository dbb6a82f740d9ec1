import { STYLE } from "./style.ts";

export interface HtmlPage {
  title: string;
  /** HTML. Everything from elsewhere must have gone through `escapeHtml`. */
  body: string;
  /** Who is signed in, beside the name: HTML under the same condition. */
  session?: string;
  /** Runs at the end of the page; contains no data of the request. */
  script?: string;
  status?: number;
}

const ICON = `data:image/svg+xml,${encodeURIComponent(
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path d="M3 2h10v2H3zm1 3h8v6H4zm-2 7h12v2H2z" fill="#b4532a"/></svg>`,
)}`;

const MARK = `<svg class="mark" viewBox="0 0 16 16" aria-hidden="true"><path d="M3 2h10v2H3zm1 3h8v6H4zm-2 7h12v2H2z"/></svg>`;

/** A self-contained page, which may run and fetch nothing else. */
export function htmlPage({ title, body, session = "", script, status = 200 }: HtmlPage): Response {
  const nonce = crypto.randomUUID();
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="${ICON}">
<style nonce="${nonce}">${STYLE}</style>
</head>
<body>
<header><a class="brand" href="/">${MARK}Plinth</a>${session}</header>
<main>
${body}
</main>
${script ? `<script nonce="${nonce}">${script}</script>` : ""}
</body>
</html>
`;
  return new Response(html, { status, headers: pageHeaders(nonce) });
}

function pageHeaders(nonce: string): Record<string, string> {
  return {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": [
      "default-src 'none'",
      `style-src 'nonce-${nonce}'`,
      `script-src 'nonce-${nonce}'`,
      "connect-src 'self'",
      "img-src data:",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join("; "),
    // The setup link has its token in the address.
    "referrer-policy": "no-referrer",
  };
}

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}
