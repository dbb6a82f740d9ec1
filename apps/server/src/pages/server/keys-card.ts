import type { ApiKey } from "@plinth/engine";
import { form } from "../frame/form.ts";
import { type Html, html } from "../frame/html.ts";
import { type Messages, withValues } from "../messages/index.ts";

/** The page shows only the newest keys; the API lists all. */
const SHOWN = 8;

/**
 * An operator's keys, and a button that makes two more; `empty`: there is no collection yet. `keys-script.ts` makes it
 * work.
 */
export function keysCard(texts: Messages, keys: readonly ApiKey[], empty: boolean): Html {
  const { shown: title, shown_lead, secret, publishable, example } = texts.keys;
  return html`<section class="card" id="keys">
<div id="step-keys">
${keys.length === 0 ? first(texts) : further(texts, keys)}
</div>
<div id="step-done" hidden>
<h2 tabindex="-1">${title}</h2>
<p class="soft">${shown_lead}</p>
${shown(texts, "secret", secret)}
${shown(texts, "publishable", publishable)}
${empty && shown(texts, "example", example)}
</div>
</section>`;
}

/** What the script of the card needs. */
export function keysData({ keys: { secret, publishable, copy, copied, selected } }: Messages): object {
  return { secret, publishable, copy, copied, selected };
}

function first(texts: Messages): Html {
  const { yours, one_step, kinds, make } = texts.keys;
  return html`<h2>${yours}</h2>
<p class="soft">${one_step} ${kinds}</p>
${form(texts, { kind: "keys", path: "/keys", submit: make })}`;
}

function further(texts: Messages, keys: readonly ApiKey[]): Html {
  const { title, kinds, lost, older, make_more } = texts.keys;
  const rows = keys.slice(-SHOWN).reverse().map(row);
  const hidden = keys.length - rows.length;
  return html`<h2>${title}</h2>
<p class="soft">${kinds} ${lost}</p>
<ul class="links">${rows}</ul>
${hidden > 0 && html`<p class="soft after">${withValues(older, { count: String(hidden), request: "GET /api/keys" })}</p>`}
${form(texts, { kind: "keys", path: "/keys", submit: make_more, look: "quiet" })}`;
}

function row({ name, prefix, created_at }: ApiKey): Html {
  const made = created_at.slice(0, 10);
  return html`<li><span>${name}</span><span class="soft"><code>${prefix}…</code> <time datetime="${made}">${made}</time></span></li>`;
}

function shown({ keys }: Messages, id: string, name: string): Html {
  return html`<div class="shown"><div class="shown-head"><span>${name}</span><button class="quiet" data-copy="${id}">${keys.copy}</button></div><pre id="${id}"></pre></div>`;
}
