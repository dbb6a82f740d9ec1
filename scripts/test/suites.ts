// All suites: the checks, the tests beside the code, the contract matrix, and one suite per folder of `tests/`.
import { existsSync } from "node:fs";
import path from "node:path";
import { readChecks, readJunit, readMatrix, type Tally } from "./tally.ts";

export interface Suite {
  name: string;
  command: string[];
  /** Uses both cores by itself, so nothing else runs beside it. */
  alone: boolean;
  /** Reads the results from the file that the command wrote. */
  read(): Promise<Tally>;
}

const TEST_FILES = new Bun.Glob("**/*.test.{ts,tsx,mjs}");
const BESIDE_CODE = ["packages", "apps", "scripts", "bench"];
/** Milliseconds for one test: generous, because a loaded machine is not an error in the code. */
const UNIT_TIMEOUT = 20_000;
const SYSTEM_TIMEOUT = 120_000;

export async function discoverSuites(root: string, work: string): Promise<Suite[]> {
  const unit = BESIDE_CODE.flatMap((folder) => testFiles(root, folder));
  const folders = Map.groupBy(testFiles(root, "tests"), (file) => suiteNameOf(file));
  return [
    checkSuite(work),
    bunSuite("unit", unit, work, UNIT_TIMEOUT),
    matrixSuite(work),
    ...[...folders]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, files]) => bunSuite(name, files, work, SYSTEM_TIMEOUT)),
  ];
}

/** All suites, or those named; an unknown name is refused, so that a typing error cannot look like a success. */
export function selectSuites(suites: Suite[], names: string[]): Suite[] {
  const known = suites.map((suite) => suite.name);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new Error(`There is no suite "${unknown[0]}". There are: ${known.join(", ")}.`);
  return names.length === 0 ? suites : suites.filter((suite) => names.includes(suite.name));
}

function testFiles(root: string, folder: string): string[] {
  const cwd = path.join(root, folder);
  if (!existsSync(cwd)) return [];
  return [...TEST_FILES.scanSync({ cwd })]
    .filter((file) => !file.split(path.sep).includes("node_modules"))
    .map((file) => `${folder}/${file.replaceAll(path.sep, "/")}`)
    .sort();
}

/** `tests/import/movies.test.ts` belongs to `import`, `tests/smoke.test.ts` to `tests`. */
function suiteNameOf(file: string): string {
  const parts = file.split("/");
  return parts.length > 2 ? parts[1]! : "tests";
}

function bunSuite(name: string, files: string[], work: string, timeout: number): Suite {
  const outfile = path.join(work, `${name}.xml`);
  return {
    name,
    alone: false,
    command: [
      process.execPath,
      "test",
      `--timeout=${timeout}`,
      "--reporter=junit",
      `--reporter-outfile=${outfile}`,
      ...files.map((file) => `./${file}`),
    ],
    read: async () => readJunit(await Bun.file(outfile).text(), files),
  };
}

function checkSuite(work: string): Suite {
  const outfile = path.join(work, "check.json");
  return {
    name: "check",
    alone: false,
    command: [process.execPath, "scripts/check.ts", "--json", outfile],
    read: async () => readChecks(await Bun.file(outfile).json()),
  };
}

function matrixSuite(work: string): Suite {
  const outfile = path.join(work, "matrix.json");
  return {
    name: "matrix",
    alone: true,
    // A test run does not change the pages; `bun run matrix` writes them.
    command: [process.execPath, "tests/matrix/matrix.ts", "--no-docs", "--json", outfile],
    read: async () => readMatrix(await Bun.file(outfile).json()),
  };
}
