/** A text that is HTML already. `html` makes it; nothing else becomes HTML without being escaped. */
export class Html {
  constructor(private readonly markup: string) {}

  toString(): string {
    return this.markup;
  }
}

type HtmlPart = Html | string | number | false | null | undefined | readonly HtmlPart[];

/**
 * HTML with values in it. Values are escaped, unless they are HTML themselves; `false`, `null` and `undefined` are left out.
 *
 * @example
 * html`<p>${name}</p>${friends.map((friend) => html`<li>${friend}</li>`)}`
 */
export function html(strings: TemplateStringsArray, ...parts: readonly HtmlPart[]): Html {
  return new Html(String.raw({ raw: strings }, ...parts.map(markupOf)));
}

function markupOf(part: HtmlPart): string {
  if (part === undefined || part === null || part === false) return "";
  if (part instanceof Html) return part.toString();
  return typeof part === "object" ? part.map(markupOf).join("") : escapeHtml(String(part));
}

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}

/** A script element that holds data. A `<` in it cannot end the element. */
export function dataElement(id: string, data: object): Html {
  return new Html(
    `<script type="application/json" id="${id}">${JSON.stringify(data).replaceAll("<", "\\u003c")}</script>`,
  );
}
