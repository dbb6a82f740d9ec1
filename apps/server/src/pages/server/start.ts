import { hasAccount, OPERATORS_POOL_ID } from "@plinth/core";
import { type Catalog, everyKey, hasOperator, maySetUp, offeredProviders, titleOf } from "@plinth/engine";
import type { Context } from "hono";
import type { AppEnv } from "../../context.ts";
import { incomingRequestOf } from "../../incoming-request.ts";
import { VERSION } from "../../version.ts";
import { sessionForm } from "../frame/form.ts";
import { type Html, html } from "../frame/html.ts";
import { pageHref, requestLanguage } from "../frame/request-language.ts";
import type { Messages } from "../messages/index.ts";
import { keysCard, keysData } from "./keys-card.ts";
import { KEYS_SCRIPT } from "./keys-script.ts";
import { OPERATOR_SCRIPT, operatorCard, SIGN_IN_SCRIPT, signInCard } from "./operator-forms.ts";
import { serverPage } from "./server-page.ts";

const DOCS = [
  ["README.md", "about_readme"],
  ["docs/identity.md", "about_identity"],
  ["docs/configuration.md", "about_configuration"],
  ["docs/errors.md", "about_errors"],
] as const;

/** `/`: what runs here and the next step: becoming the first operator, and then the operator's keys. */
export async function startPage(c: Context<AppEnv>): Promise<Response> {
  const { engine, driver, principal } = c.env;
  const ready = await hasOperator(engine, driver);
  const next = await nextStep(c, ready);
  const texts = requestLanguage(c).messages;
  const { running, waiting, lead } = texts.start;
  const body = html`<h1>${ready ? running : waiting}</h1>
<p class="lead">${lead}</p>
${await facts(c)}
${next.card}
${links(texts)}`;
  const user = hasAccount(principal);
  const script = [next.script, user && SIGN_OUT_SCRIPT].filter(Boolean).join("");
  return serverPage(c, {
    title: principal.operator?.owner ? texts.start.signed_in : "Plinth",
    body,
    session: user
      ? sessionForm(texts, { ...principal, role: principal.operator?.owner ? texts.start.operator : undefined })
      : undefined,
    ...(script !== "" && { script }),
    ...(next.data && { data: next.data }),
  });
}

const SIGN_OUT_SCRIPT = `
after["sign-out"] = () => location.replace(page.next);
`;

interface NextStep {
  readonly card?: Html;
  readonly script?: string;
  readonly data?: object;
}

/** Always the one step that the caller can take, so that an unfinished setup continues where it stopped. */
async function nextStep(c: Context<AppEnv>, ready: boolean): Promise<NextStep> {
  const { engine, driver, principal } = c.env;
  const texts = requestLanguage(c).messages;
  if (!ready) {
    const mayClaim = await maySetUp(engine, { ...incomingRequestOf(c), token: undefined });
    return mayClaim ? { card: operatorCard(texts), script: OPERATOR_SCRIPT } : { card: setupHint(texts) };
  }
  if (principal.kind === "anonymous") {
    const providers = await offeredProviders(engine, driver, OPERATORS_POOL_ID);
    const { searchParams: parameters } = new URL(c.req.url);
    return { card: signInCard(texts, { providers, home: pageHref(c, "/"), parameters }), script: SIGN_IN_SCRIPT };
  }
  if (!principal.operator?.owner) return {};
  const keys = await everyKey({ engine, driver, principal });
  const { collections } = await engine.catalogs.get(driver, principal.workspaceId);
  return { card: keysCard(texts, keys, madeHere(collections) === 0), script: KEYS_SCRIPT, data: keysData(texts) };
}

async function facts(c: Context<AppEnv>): Promise<Html> {
  const { platform, driver, engine, principal } = c.env;
  const { version, runs_on, database, collections } = requestLanguage(c).messages.start;
  const shown: [string, string][] = [
    [version, VERSION],
    [runs_on, platform.name],
    [database, titleOf(driver)],
  ];
  if (principal.operator?.owner) {
    const catalog = await engine.catalogs.get(driver, principal.workspaceId);
    shown.push([collections, String(madeHere(catalog.collections))]);
  }
  return html`<dl class="facts">${shown.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

/** Plinth's own collections are there from the start. */
function madeHere(collections: Catalog["collections"]): number {
  return [...collections.values()].filter(({ system }) => !system).length;
}

function setupHint({ start }: Messages): Html {
  return html`<section class="card">
<h2>${start.one_step}</h2>
<p>${start.find_link}</p>
</section>`;
}

function links({ start }: Messages): Html {
  const docs = DOCS.map(
    ([file, about]) => html`<li><code>${file}</code><span class="soft">${start[about]}</span></li>`,
  );
  return html`<section>
<h2>${start.go_on}</h2>
<ul class="links">
<li><a href="/api/openapi.json">/api/openapi.json</a><span class="soft">${start.about_api}</span></li>
<li><a href="/health">/health</a><span class="soft">${start.about_health}</span></li>
</ul>
</section>
<section>
<h2>${start.read_on}</h2>
<p class="soft">${start.in_repository}</p>
<ul class="links">${docs}</ul>
</section>`;
}
