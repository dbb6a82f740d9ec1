import type { Principal } from "@plinth/core";
import { hasOperator, listKeys, maySetUp, titleOf } from "@plinth/engine";
import type { Context } from "hono";
import type { AppEnv } from "../context.ts";
import { incomingRequestOf } from "../incoming-request.ts";
import { VERSION } from "../version.ts";
import { SIGN_IN_CARD, SIGN_UP_CARD } from "./account-forms.ts";
import { ACCOUNT_SCRIPT, SIGN_OUT_SCRIPT } from "./account-script.ts";
import { keysCard } from "./keys-card.ts";
import { KEYS_SCRIPT } from "./keys-script.ts";
import { escapeHtml, htmlPage } from "./layout.ts";
import { PAGE_SCRIPT } from "./page-script.ts";

const DOCS = [
  ["README.md", "the quick start"],
  ["docs/identity.md", "accounts, keys and roles"],
  ["docs/configuration.md", "every setting"],
  ["docs/errors.md", "every error code"],
] as const;

/** `/`: what runs here and the next step: becoming the first operator, and then the operator's keys. */
export async function startPage(c: Context<AppEnv>): Promise<Response> {
  const { engine, driver, principal } = c.env;
  const ready = await hasOperator(engine, driver);
  const next = await nextStep(c, ready);
  const body = [
    `<h1>${ready ? "Up and running." : "Up, and waiting for you."}</h1>`,
    `<p class="lead">This is a Plinth server: collections, rules and accounts over HTTP.</p>`,
    await facts(c),
    next.card,
    links(),
  ].join("\n");
  const scripts = [...(next.script ? [next.script] : []), ...(principal.kind === "user" ? [SIGN_OUT_SCRIPT] : [])];
  return htmlPage({
    title: principal.operator ? "Plinth, signed in" : "Plinth",
    body,
    ...(principal.kind === "user" && { session: signedIn(principal) }),
    ...(scripts.length > 0 && { script: [PAGE_SCRIPT, ...scripts].join("") }),
  });
}

/** Always the one step that the caller can take, so that an unfinished setup continues where it stopped. */
async function nextStep(c: Context<AppEnv>, ready: boolean): Promise<{ card: string; script?: string }> {
  const { engine, driver, principal } = c.env;
  if (!ready) {
    const mayClaim = await maySetUp(engine, { ...incomingRequestOf(c), token: undefined });
    return mayClaim ? { card: SIGN_UP_CARD, script: ACCOUNT_SCRIPT } : { card: SETUP_HINT };
  }
  if (principal.kind === "anonymous") return { card: SIGN_IN_CARD, script: ACCOUNT_SCRIPT };
  if (principal.kind !== "user" || !principal.operator) return { card: "" };
  const keys = await listKeys({ engine, driver, principal });
  const { collections } = await engine.catalogs.get(driver, principal.workspaceId);
  return { card: keysCard(keys, collections.size === 0), script: KEYS_SCRIPT };
}

function signedIn({ email, operator }: Principal): string {
  const who = `<b>${escapeHtml(email ?? "")}</b>${operator ? " operator" : ""}`;
  return `<div class="session"><span>${who}</span><button class="quiet" id="sign-out">Sign out</button><p class="wrong" role="alert"></p></div>`;
}

async function facts(c: Context<AppEnv>): Promise<string> {
  const { platform, driver, engine, principal } = c.env;
  const shown: [string, string][] = [
    ["Version", VERSION],
    ["Runs on", platform.name],
    ["Database", titleOf(driver)],
  ];
  if (principal.operator) {
    const catalog = await engine.catalogs.get(driver, principal.workspaceId);
    shown.push(["Collections", String(catalog.collections.size)]);
  }
  const items = shown.map(([name, value]) => `<div><dt>${name}</dt><dd>${escapeHtml(value)}</dd></div>`);
  return `<dl class="facts">${items.join("")}</dl>`;
}

const SETUP_HINT = `<section class="card">
<h2>One step is left</h2>
<p>This server has no operator yet. When it started, it wrote a setup link to its console or log. The first person who opens that link becomes the operator.</p>
</section>`;

function links(): string {
  const docs = DOCS.map(([file, about]) => `<li><code>${file}</code><span class="soft">${about}</span></li>`);
  return `<section>
<h2>Go on</h2>
<ul class="links">
<li><a href="/api/openapi.json">/api/openapi.json</a><span class="soft">the whole API, for people and tools</span></li>
<li><a href="/health">/health</a><span class="soft">whether the database answers</span></li>
</ul>
</section>
<section>
<h2>Read on</h2>
<p class="soft">In the repository:</p>
<ul class="links">${docs.join("")}</ul>
</section>`;
}
