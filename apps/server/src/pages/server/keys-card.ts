import type { ApiKey } from "@plinth/engine";
import { form } from "../frame/form.ts";
import { type Html, html } from "../frame/html.ts";
import { en } from "../messages/en.ts";

/** The page shows only the newest keys; the API lists all. */
const SHOWN = 8;

const KINDS = html`Programs use keys: a secret key has every right and belongs on servers only; a publishable key may sit in a browser and can do what you allow to everyone.`;

/**
 * An operator's keys, and a button that makes two more; `empty`: there is no collection yet. `keys-script.ts` makes it
 * work.
 */
export function keysCard(keys: readonly ApiKey[], empty: boolean): Html {
  return html`<section class="card" id="keys">
<div id="step-keys">
${keys.length === 0 ? first() : further(keys)}
</div>
<div id="step-done" hidden>
<h2 tabindex="-1">Your keys</h2>
<p class="soft">They are shown this once and stored only as hashes. Keep them before you leave this page.</p>
${shown("secret", "Secret key")}
${shown("publishable", "Publishable key")}
${empty && shown("example", "Your first collection")}
</div>
</section>`;
}

function first(): Html {
  return html`<h2>The server is yours</h2>
<p class="soft">One step is left. ${KINDS}</p>
${form(en, { kind: "keys", path: "/keys", submit: "Make two keys" })}`;
}

function further(keys: readonly ApiKey[]): Html {
  const rows = keys.slice(-SHOWN).reverse().map(row);
  const hidden = keys.length - rows.length;
  const older = html`<p class="soft after">And ${hidden} older ${hidden === 1 ? "one" : "ones"}: <code>GET /api/keys</code> lists all.</p>`;
  return html`<h2>Keys</h2>
<p class="soft">${KINDS} One that is lost cannot be shown again: make two new ones, and revoke the old one.</p>
<ul class="links">${rows}</ul>
${hidden > 0 && older}
${form(en, { kind: "keys", path: "/keys", submit: "Make two more keys", look: "quiet" })}`;
}

function row({ name, prefix, created_at }: ApiKey): Html {
  const made = created_at.slice(0, 10);
  return html`<li><span>${name}</span><span class="soft"><code>${prefix}…</code> <time datetime="${made}">${made}</time></span></li>`;
}

function shown(id: string, name: string): Html {
  return html`<div class="shown"><div class="shown-head"><span>${name}</span><button class="quiet" data-copy="${id}">Copy</button></div><pre id="${id}"></pre></div>`;
}
