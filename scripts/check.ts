// `bun run check`: types, lint and format, boundaries, docs and sizes, all at once.
// `--json FILE` writes one row per part for the test command.
import { writeFileSync } from "node:fs";
import path from "node:path";
import { FIELD_TYPE_NAMES } from "../packages/core/src/fields/table.ts";
import { checkBoundaries } from "./check/boundaries.ts";
import { fileCycles, folderCycles, packageCycles } from "./check/cycles.ts";
import { checkDocs } from "./check/docs.ts";
import { checkFieldTypes } from "./check/field-types.ts";
import { readManifests, readSources } from "./check/files.ts";
import { checkMessageTags } from "./check/message-tags.ts";
import { checkNames } from "./check/names.ts";
import { type Problem, show } from "./check/problem.ts";
import { checkRegexes } from "./check/regexes.ts";
import { checkRuntimeNames } from "./check/runtime-names.ts";
import { checkSizes } from "./check/sizes.ts";
import { checkSql } from "./check/sql.ts";
import { checkTestLimits } from "./check/test-limits.ts";
import { runTool } from "./check/tool.ts";

interface Part {
  name: string;
  passed: boolean;
  ms: number;
  output: string;
}

const ROOT = path.dirname(import.meta.dir);
const BIN = path.join(ROOT, "node_modules", ".bin");

/** What the last check has found out about files that have not changed since. */
const KNOWN_TYPES = path.join(ROOT, ".cache", "check.tsbuildinfo");

/** The checks in scripts/check/; started after the tools, which work in other processes meanwhile. */
function own(name: string, find: () => Problem[] | Promise<Problem[]>): Promise<Part> {
  return timed(name, async () => {
    const problems = await find();
    return { passed: problems.length === 0, output: problems.map(show).join("\n") };
  });
}

async function timed(name: string, work: () => Promise<Omit<Part, "name" | "ms">>): Promise<Part> {
  const begun = performance.now();
  const result = await work().catch((error) => ({ passed: false, output: String(error?.stack ?? error) }));
  const part = { name, ms: performance.now() - begun, ...result };
  console.log(`${part.passed ? "ok    " : "FAILED"} ${name} (${(part.ms / 1000).toFixed(1)} s)`);
  if (part.output) console.log(`${part.output.trimEnd().replace(/^(?=.)/gm, "  ")}\n`);
  return part;
}

async function main(): Promise<boolean> {
  const tools = [
    timed("types", () =>
      runTool([path.join(BIN, "tsc"), "--noEmit", "--incremental", "--tsBuildInfoFile", KNOWN_TYPES], ROOT),
    ),
    timed("lint and format", () =>
      runTool([path.join(BIN, "biome"), "check", "--error-on-warnings", "--reporter=concise"], ROOT),
    ),
  ];
  const sources = readSources(ROOT);
  const manifests = readManifests(ROOT);
  const parts = await Promise.all([
    own("boundaries", () => checkBoundaries(sources, manifests)),
    own("cycles", () => [...packageCycles(sources, manifests), ...folderCycles(sources), ...fileCycles(sources)]),
    own("runtime names", () => checkRuntimeNames(sources)),
    own("names", () => checkNames(sources)),
    own("SQL", () => checkSql(sources)),
    own("field types", () => checkFieldTypes(sources, FIELD_TYPE_NAMES)),
    own("regular expressions", () => checkRegexes(sources)),
    own("message tags", () => checkMessageTags(sources)),
    own("test limits", () => checkTestLimits(sources)),
    own("sizes", () => checkSizes(sources)),
    own("docs", () => checkDocs(ROOT)),
    ...tools,
  ]);
  const json = process.argv[process.argv.indexOf("--json") + 1];
  if (process.argv.includes("--json") && json) {
    writeFileSync(json, JSON.stringify(parts.map(({ name, passed, ms }) => ({ name, passed, ms }))));
  }
  return parts.every((part) => part.passed);
}

process.exitCode = (await main()) ? 0 : 1;
