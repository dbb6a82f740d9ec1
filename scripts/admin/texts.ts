import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { capture } from "../bootstrap/capture.mjs";
import { ROOT } from "../build/root.ts";

const APP = join(ROOT, "apps/admin");
const CATALOGS = join(APP, "src/locales");
const LINGUI = join(APP, "node_modules/@lingui/cli/dist/lingui.js");

/** The texts of one language, by the English text (or, where a text has a context, by both). */
export type Catalog = ReadonlyMap<string, string>;

/** Writes the texts of the code into the catalogs, with the translations that they have, and drops all others. */
export async function extractTexts(): Promise<void> {
  await lingui();
}

/** The catalogs as they are, and as they would be for the code of today. */
export async function compareTexts(): Promise<{ language: string; now: Catalog; wanted: Catalog }[]> {
  const folder = mkdtempSync(join(tmpdir(), "plinth-texts-"));
  try {
    const config = join(folder, "lingui.config.json");
    const { default: own } = await import("../../apps/admin/lingui.config.ts");
    const include = [join(APP, "src")];
    const catalogs = [{ path: join(folder, "{locale}"), include }];
    writeFileSync(config, JSON.stringify({ ...own, rootDir: APP, catalogs }));
    const files = readdirSync(CATALOGS)
      .filter((file) => file.endsWith(".po"))
      .sort();
    for (const file of files) copyFileSync(join(CATALOGS, file), join(folder, file));
    await lingui("--config", config);
    return files.map((file) => ({
      language: file.replace(/\.po$/, ""),
      now: readCatalog(readFileSync(join(CATALOGS, file), "utf8")),
      wanted: readCatalog(readFileSync(join(folder, file), "utf8")),
    }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function lingui(...more: string[]): Promise<void> {
  const args = ["--bun", LINGUI, "extract", "--clean", "--workers", "1", ...more];
  const { code, output } = await capture(process.execPath, args, { cwd: APP });
  if (code !== 0) throw new Error(output);
}

/** The entries of a file of gettext; where in the code a text stands is left out, as it changes with every line. */
export function readCatalog(text: string): Catalog {
  const entries = text.split(/\n\s*\n/).map((block) => {
    const parts: Record<string, string> = {};
    let key = "";
    for (const line of block.split("\n")) {
      const [, name, quoted] = /^(?:(msgctxt|msgid|msgstr) )?("(?:[^"\\]|\\.)*")$/.exec(line) ?? [];
      if (quoted === undefined) continue;
      key = name ?? key;
      parts[key] = (parts[key] ?? "") + JSON.parse(quoted);
    }
    const { msgctxt, msgid = "", msgstr = "" } = parts;
    return [msgctxt === undefined ? msgid : `${msgctxt}\u0004${msgid}`, msgstr] as const;
  });
  return new Map(entries.filter(([id]) => id !== ""));
}
