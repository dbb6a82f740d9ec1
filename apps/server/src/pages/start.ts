import { hasOperator, maySetUp } from "@plinth/engine";
import type { Context } from "hono";
import { arrivalOf } from "../arrival.ts";
import type { AppEnv } from "../context.ts";
import { VERSION } from "../version.ts";
import { escapeHtml, htmlPage } from "./layout.ts";
import { SETUP_FORM } from "./setup-form.ts";
import { SETUP_SCRIPT } from "./setup-script.ts";

const DIALECTS = { sqlite: "SQLite", postgres: "PostgreSQL" } as const;

const DOCS = [
  ["README.md", "the quick start"],
  ["docs/identity.md", "accounts, keys and roles"],
  ["docs/configuration.md", "every setting"],
  ["docs/errors.md", "every error code"],
] as const;

/** `/`: what runs here and where to go on; until there is an operator, the way to become it. */
export async function startPage(c: Context<AppEnv>): Promise<Response> {
  const { engine, driver, principal } = c.var;
  const ready = await hasOperator(engine, driver);
  const mayClaim = !ready && (await maySetUp(engine, { ...arrivalOf(c), token: undefined }));
  const body = [
    `<h1>${ready ? "Up and running." : "Up, and waiting for you."}</h1>`,
    `<p class="lead">This is a Plinth server: collections, rules and accounts over HTTP.${signedInAs(c)}</p>`,
    await facts(c),
    ready ? "" : mayClaim ? SETUP_FORM : SETUP_HINT,
    links(),
  ].join("\n");
  return htmlPage({
    title: principal.operator ? "Plinth, signed in" : "Plinth",
    body,
    ...(mayClaim && { script: SETUP_SCRIPT }),
  });
}

function signedInAs(c: Context<AppEnv>): string {
  const { principal } = c.var;
  if (principal.kind !== "user") return "";
  const email = escapeHtml(principal.email ?? "");
  return ` You are signed in as ${email}${principal.operator ? ", an operator" : ""}.`;
}

async function facts(c: Context<AppEnv>): Promise<string> {
  const { platform, driver, engine, principal } = c.var;
  const shown: [string, string][] = [
    ["Version", VERSION],
    ["Runs on", platform.name],
    ["Database", DIALECTS[driver.dialect]],
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
<p>Nobody runs this server yet. At its start it wrote a setup link to its console or log. Whoever opens that link first becomes its operator.</p>
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
