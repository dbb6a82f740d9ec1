// All suites and the processes that run them: the checks, the tests beside the code, the contract matrix, and one suite
// per folder of `tests/`.
import { existsSync } from "node:fs";
import path from "node:path";
import { THE_CONTRACT, THE_START } from "../../tests/matrix/run-targets.ts";
import { TEST_LIMIT_MS } from "../bootstrap/test-limit.mjs";
import { loadOf, MATRIX_PARTS, PARTS } from "./loads.ts";
import type { Load } from "./schedule.ts";
import { readChecks, readJunit, readMatrix, type Tally } from "./tally.ts";

/** One process: a suite, or a part of one. */
export interface Job extends Load {
  suite: string;
  /** The name of its load. Absent: it has none of its own. */
  load?: string;
  /** What of the suite it runs; absent: all of it. */
  part?: string;
  command: string[];
  /** It runs what `npm run build` makes. */
  bundles?: true;
  /** Reads the results from the file that the command wrote. */
  read(): Promise<Tally>;
  /**
   * A process for one part alone, by the beginning of its failures' names: a file, or a target of the matrix with the scenarios that
   * have failed.
   */
  alone?(part: string, failures: readonly string[]): Job | undefined;
}

const BESIDE_CODE = ["packages", "apps", "scripts", "bench"];
const TEST_FILES = new Bun.Glob("**/*.test.{ts,tsx,mjs}");

export async function discoverJobs(root: string, work: string): Promise<Job[]> {
  const unit = BESIDE_CODE.flatMap((folder) => testFiles(root, folder));
  const folders = Map.groupBy(testFiles(root, "tests"), (file) => suiteNameOf(file));
  return [
    checkJob(work),
    ...bunJobs("unit", unit, work),
    ...matrixJobs(work),
    ...[...folders]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([name, files]) => bunJobs(name, files, work))
      .map((job) => ({ ...job, bundles: true as const })),
  ];
}

/** All of them, or those of the suites named; an unknown name is refused, so that a typing error cannot look like a success. */
export function selectJobs(jobs: Job[], names: string[]): Job[] {
  const known = [...new Set(jobs.map(({ suite }) => suite))];
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new Error(`There is no suite "${unknown[0]}". There are: ${known.join(", ")}.`);
  return names.length === 0 ? jobs : jobs.filter(({ suite }) => names.includes(suite));
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

/** A job for each part of the suite that has a load of its own, and one for all other files. */
export function bunJobs(suite: string, files: string[], work: string): Job[] {
  const parts = Map.groupBy(files, (file) => PARTS.find((part) => file.startsWith(part)) ?? "");
  return [...parts].map(([part, own], i) => {
    const load = loadOf(part || suite);
    const run = (name: string | undefined, files: string[], outfile: string): Job => ({
      suite,
      ...(name && { part: name }),
      ...load,
      command: [
        process.execPath,
        "test",
        `--timeout=${TEST_LIMIT_MS}`,
        "--reporter=junit",
        `--reporter-outfile=${outfile}`,
        ...files.map((file) => `./${file}`),
      ],
      read: async () => readJunit(await Bun.file(outfile).text(), files),
    });
    const outfile = path.join(work, `${suite}-${i}.xml`);
    const name = parts.size > 1 ? shortName(part) || "others" : undefined;
    return {
      ...run(name, own, outfile),
      load: part || suite,
      alone: (file) => (own.includes(file) ? run(`${file} alone`, [file], `${outfile}-alone.xml`) : undefined),
    };
  });
}

function shortName(part: string): string {
  return part.replace(/^tests\/[^/]+\//, "").replace(/[/.-]$/, "");
}

function checkJob(work: string): Job {
  const outfile = path.join(work, "check.json");
  return {
    ...{ suite: "check", load: "check" },
    ...loadOf("check"),
    command: [process.execPath, "scripts/check.ts", "--json", outfile],
    read: async () => readChecks(await Bun.file(outfile).json()),
  };
}

/** Where a part of the matrix leaves its results. */
export const matrixFile = (work: string, part: string): string =>
  path.join(work, `matrix-${part.replace("/", "-of-")}.json`);

/** The arguments that name them. None, and so all of the contract, where the target did not come as far as that. */
function scenariosOf(target: string, failures: readonly string[]): string[] {
  const names = failures.map((failure) => failure.slice(`${target}: `.length));
  return names.some((name) => name === THE_START || name === THE_CONTRACT)
    ? []
    : names.flatMap((name) => ["--scenario", name]);
}

export function matrixJobs(work: string): Job[] {
  const run = (part: string, outfile: string, which: string[]): Job => ({
    suite: "matrix",
    part,
    bundles: true as const,
    ...loadOf("matrix"),
    command: [process.execPath, "tests/matrix/matrix.ts", "--no-build", ...which, "--json", outfile],
    read: async () => readMatrix(await Bun.file(outfile).json()),
  });
  return MATRIX_PARTS.map((part) => {
    const outfile = matrixFile(work, part);
    return {
      ...run(part, outfile, ["--part", part]),
      load: "matrix",
      alone: (target, failures) =>
        run(`${target} alone`, `${outfile}-alone.json`, [
          "--no-docs",
          "--only",
          target,
          ...scenariosOf(target, failures),
        ]),
    };
  });
}
