import type { Principal } from "@plinth/core";
import { type Catalog, hasOperator, listKeys, maySetUp, titleOf } from "@plinth/engine";
import type { Context } from "hono";
import type { AppEnv } from "../../context.ts";
import { incomingRequestOf } from "../../incoming-request.ts";
import { VERSION } from "../../version.ts";
import { type Html, html } from "../frame/html.ts";
import { keysCard } from "./keys-card.ts";
import { KEYS_SCRIPT } from "./keys-script.ts";
import { OPERATOR_SCRIPT, operatorCard, SIGN_IN_SCRIPT, signInCard } from "./operator-forms.ts";
import { serverPage } from "./server-page.ts";

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
  const body = html`<h1>${ready ? "Up and running." : "Up, and waiting for you."}</h1>
<p class="lead">This is a Plinth server: collections, rules and accounts over HTTP.</p>
${await facts(c)}
${next.card}
${links()}`;
  const user = principal.kind === "user";
  const script = [next.script, user && SIGN_OUT_SCRIPT].filter(Boolean).join("");
  return serverPage({
    title: principal.operator ? "Plinth, signed in" : "Plinth",
    body,
    session: user ? signedIn(principal) : undefined,
    ...(script !== "" && { script }),
    ...(next.data && { data: next.data }),
  });
}

const SIGN_OUT_SCRIPT = `
after["sign-out"] = () => location.replace("/");
`;

interface NextStep {
  readonly card?: Html;
  readonly script?: string;
  readonly data?: object;
}

/** Always the one step that the caller can take, so that an unfinished setup continues where it stopped. */
async function nextStep(c: Context<AppEnv>, ready: boolean): Promise<NextStep> {
  const { engine, driver, principal } = c.env;
  if (!ready) {
    const mayClaim = await maySetUp(engine, { ...incomingRequestOf(c), token: undefined });
    return mayClaim ? { card: operatorCard(), script: OPERATOR_SCRIPT } : { card: SETUP_HINT };
  }
  if (principal.kind === "anonymous") return { card: signInCard(), script: SIGN_IN_SCRIPT };
  if (principal.kind !== "user" || !principal.operator) return {};
  const keys = await listKeys({ engine, driver, principal });
  const { collections } = await engine.catalogs.get(driver, principal.workspaceId);
  const data = { key_name: keys.length === 0 ? "First" : "Another" };
  return { card: keysCard(keys, madeHere(collections) === 0), script: KEYS_SCRIPT, data };
}

function signedIn({ email, operator }: Principal): Html {
  return html`<form class="session bare" data-kind="sign-out" data-path="/auth/sign-out" data-method="POST"><span><b>${email ?? ""}</b>${operator && " operator"}</span><button class="quiet">Sign out</button><p class="wrong" role="alert"></p></form>`;
}

async function facts(c: Context<AppEnv>): Promise<Html> {
  const { platform, driver, engine, principal } = c.env;
  const shown: [string, string][] = [
    ["Version", VERSION],
    ["Runs on", platform.name],
    ["Database", titleOf(driver)],
  ];
  if (principal.operator) {
    const catalog = await engine.catalogs.get(driver, principal.workspaceId);
    shown.push(["Collections", String(madeHere(catalog.collections))]);
  }
  return html`<dl class="facts">${shown.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

/** Plinth's own collections are there from the start. */
function madeHere(collections: Catalog["collections"]): number {
  return [...collections.values()].filter(({ system }) => !system).length;
}

const SETUP_HINT = html`<section class="card">
<h2>One step is left</h2>
<p>This server has no operator yet. When it started, it wrote a setup link to its console or log. The first person who opens that link becomes the operator.</p>
</section>`;

function links(): Html {
  const docs = DOCS.map(([file, about]) => html`<li><code>${file}</code><span class="soft">${about}</span></li>`);
  return html`<section>
<h2>Go on</h2>
<ul class="links">
<li><a href="/api/openapi.json">/api/openapi.json</a><span class="soft">the whole API, for people and tools</span></li>
<li><a href="/health">/health</a><span class="soft">whether the database answers</span></li>
</ul>
</section>
<section>
<h2>Read on</h2>
<p class="soft">In the repository:</p>
<ul class="links">${docs}</ul>
</section>`;
}
