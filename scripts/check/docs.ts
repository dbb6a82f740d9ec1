// Compares the pages' claims with the code. This file reads; the pure check functions are beside it.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { notYetPage } from "../not-yet/page.ts";
import { PLANNED } from "../not-yet/planned.ts";
import { checkErrorPage, checkNamesTable, checkSettingsPage, type Settings } from "./docs-catalogue.ts";
import { checkContents, checkLinks, type Page } from "./docs-links.ts";
import { type AccessTable, checkCallersTable, checkRoutesPage, type RouteRow } from "./docs-routes.ts";
import { checkGenerated, checkInstallLine, checkSame, checkTraces } from "./docs-text.ts";
import { listFiles } from "./files.ts";
import type { Problem } from "./problem.ts";

interface Protocol {
  routes: readonly (Omit<RouteRow, "summary"> & { summary: string | ((items: { slug: null }) => string) })[];
}

const TEXT = "**/{*.{ts,tsx,mjs,js,json,jsonc,md,toml,yml,yaml,html,css,sql,py,txt,sh,lock},LICENSE,run}";

const FIELD_TYPES_TABLE = { heading: "Type", what: "field type" };
const FEATURES_TABLE = { heading: "Folder", what: "feature" };

export async function checkDocs(root: string): Promise<Problem[]> {
  const read = (file: string) => (existsSync(path.join(root, file)) ? readFileSync(path.join(root, file), "utf8") : "");
  const load = (file: string) => import(path.join(root, file));
  const texts = listFiles(root, TEXT).map((file) => ({ file, text: read(file) }));
  const pages: Page[] = texts.filter(({ file }) => file.endsWith(".md"));
  const exists = (file: string) => existsSync(path.join(root, file));
  const { ERRORS } = await load("packages/core/src/errors.ts");
  const { FIELD_TYPE_NAMES } = await load("packages/core/src/fields/table.ts");
  const { SETTINGS }: { SETTINGS: Settings } = await load("apps/server/src/settings.ts");
  const { PROTOCOLS }: { PROTOCOLS: readonly Protocol[] } = await load("apps/server/src/protocols/index.ts");
  const { ACCESS }: { ACCESS: AccessTable } = await load("packages/engine/src/identity/callers.ts");
  return [
    ...checkErrorPage("docs/errors.md", read("docs/errors.md"), ERRORS),
    ...checkSettingsPage("docs/configuration.md", read("docs/configuration.md"), SETTINGS),
    ...checkNamesTable("docs/collections.md", read("docs/collections.md"), FIELD_TYPES_TABLE, FIELD_TYPE_NAMES),
    ...checkNamesTable(
      "docs/adding-a-feature.md",
      read("docs/adding-a-feature.md"),
      FEATURES_TABLE,
      featureFolders(root),
    ),
    ...checkRoutesPage("docs/routes.md", read("docs/routes.md"), PROTOCOLS.flatMap(rowsOf)),
    ...checkCallersTable("docs/routes.md", read("docs/routes.md"), ACCESS),
    ...checkLinks(pages, exists),
    ...checkContents("docs/README.md", pages),
    ...checkTraces(texts),
    ...checkGenerated(texts),
    ...checkSame("docs/not-yet.md", read("docs/not-yet.md"), notYetPage(PLANNED)),
    ...checkInstallLine(read(".ci/run"), read("README.md")),
  ];
}

function featureFolders(root: string): string[] {
  const folder = path.join(root, "packages/engine/src/features");
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
}

/** For any collection. */
function rowsOf({ routes }: Protocol): RouteRow[] {
  return routes.map(({ summary, ...route }) => {
    return { ...route, summary: typeof summary === "string" ? summary : summary({ slug: null }) };
  });
}
