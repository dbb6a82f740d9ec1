// Converts the output of each kind of suite into the same few numbers and names.

export interface Skip {
  name: string;
  reason: string;
}

export interface Tally {
  passed: number;
  /** One name per failed test, or a sentence about an error outside the tests. */
  failures: string[];
  /** Of those that passed: the names of tests that failed beside others, and then passed alone. */
  onlyAlone?: string[];
  skips: Skip[];
}

const TESTCASE = /<testcase\b([^>]*?)(?:\/>|>([\s\S]*?)<\/testcase>)/g;
/**
 * A shared suite has no runner-independent skip: a case that an adapter declines is an empty test whose name ends like
 * this.
 */
const DECLINED = /^(.*) \[skipped: (.+)\]$/;
/** `bun test` has no field for a reason, so the name of a skipped test carries it, or that of its group. */
const SKIPPED = /^(.*) — (.+)$/;

/**
 * Reads Bun's JUnit file. A file that failed before its first test is missing from it, so the expected files are
 * compared.
 */
export function readJunit(xml: string, files: readonly string[]): Tally {
  const tally: Tally = { passed: 0, failures: [], skips: [] };
  const seen = new Set<string>();
  for (const [, attributes = "", body = ""] of xml.matchAll(TESTCASE)) {
    const file = attribute(attributes, "file").replaceAll("\\", "/");
    seen.add(file);
    const group = attribute(attributes, "classname");
    const test = attribute(attributes, "name");
    const prefix = `${file}: ${group ? `${group} > ` : ""}`;
    const declined = test.match(DECLINED);
    if (/<(failure|error)\b/.test(body)) tally.failures.push(prefix + test);
    else if (body.includes("<skipped") || declined) {
      const [, name = test, own] = declined ?? test.match(SKIPPED) ?? [];
      const reason = own ?? (attribute(body, "message") || group.match(SKIPPED)?.[2] || "no reason given");
      tally.skips.push({ name: prefix + name, reason });
    } else tally.passed += 1;
  }
  for (const file of files) if (!seen.has(file)) tally.failures.push(`${file}: ran no tests`);
  return tally;
}

function attribute(text: string, name: string): string {
  const value = text.match(new RegExp(`\\b${name}="([^"]*)"`))?.[1] ?? "";
  return value.replace(/&(lt|gt|quot|apos|#(\d+)|amp);/g, (_, entity: string, code?: string) =>
    code ? String.fromCodePoint(Number(code)) : ENTITIES[entity]!,
  );
}

const ENTITIES: Record<string, string> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };

export interface MatrixRow {
  target: string;
  passed: number;
  failures: string[];
  skipped: Skip[];
}

export function readMatrix(rows: MatrixRow[]): Tally {
  return {
    passed: rows.reduce((sum, row) => sum + row.passed, 0),
    failures: rows.flatMap((row) => row.failures.map((name) => `${row.target}: ${name}`)),
    skips: rows.flatMap((row) =>
      row.skipped.map((skip) => ({ name: `${row.target}: ${skip.name}`, reason: skip.reason })),
    ),
  };
}

export interface CheckRow {
  name: string;
  passed: boolean;
}

export function readChecks(rows: CheckRow[]): Tally {
  return {
    passed: rows.filter((row) => row.passed).length,
    failures: rows.filter((row) => !row.passed).map((row) => row.name),
    skips: [],
  };
}
