import type { Row } from "./run-targets.ts";

/** What the JSON file of a run holds of a target. */
export interface Summary extends Pick<Row, "target" | "passed" | "skipped" | "missing"> {
  failed: number;
  /** The names of what failed. */
  failures: string[];
}

export function summary({ target, passed, failed, skipped, missing }: Row): Summary {
  const failures = failed.map(({ name }) => name);
  return { target, passed, failed: failed.length, failures, skipped, ...(missing && { missing }) };
}

/** The grid as text: a row a target, then why things were skipped. */
export function textGrid(rows: readonly Row[]): string {
  const head = ["target", "passed", "failed", "skipped", "seconds"];
  const cells = rows.map((row) => [
    row.target,
    String(row.passed),
    String(row.failed.length),
    row.missing ? "all" : String(row.skipped.length),
    row.seconds.toFixed(1),
  ]);
  const widths = head.map((name, i) => Math.max(name.length, ...cells.map((line) => line[i]!.length)));
  const lines = [head, ...cells].map((line) =>
    line.map((text, i) => (i === 0 ? text.padEnd(widths[i]!) : text.padStart(widths[i]!))).join("  "),
  );
  return [...lines, "", ...skips(rows).map((skip) => `skipped: ${skip}`)].join("\n").trimEnd();
}

/** The grid as Markdown, without what differs from run to run. */
export function markdownGrid(rows: readonly Summary[]): string {
  const lines = rows.map((row) => {
    const skipped = row.missing ? "all" : row.skipped.length;
    return `| ${row.target} | ${row.passed} | ${row.failed} | ${skipped} |`;
  });
  return ["| Target | Passed | Failed | Skipped |", "|---|---:|---:|---:|", ...lines].join("\n");
}

/** Each reason once, with what it kept from running and where. */
export function skips(rows: readonly Pick<Row, "target" | "skipped">[]): string[] {
  const byReason = new Map<string, string[]>();
  for (const { target, skipped } of rows) {
    for (const { name, reason } of skipped) {
      const text = `${name}: ${reason}`;
      byReason.set(text, [...(byReason.get(text) ?? []), target]);
    }
  }
  return [...byReason].map(([text, targets]) => `${text} (${targets.join(", ")})`);
}
