/** `error`: something does not work, or strangers can do harm. `warning`: it may soon. `note`: worth knowing. */
export const SEVERITIES = ["error", "warning", "note"] as const;
export type Severity = (typeof SEVERITIES)[number];

/** What a check has found. */
export interface Finding {
  readonly severity: Severity;
  /** What it is about, such as `rule:ID`, `key:ID` or the name of a setting. */
  readonly subject: string;
  /** What is wrong, and what may come of it. */
  readonly message: string;
  /** What to do about it. */
  readonly advice: string;
  /** The same as a command or a request, where one is enough, or where it begins. */
  readonly command?: string;
}

/** A finding, and the check that found it. */
export interface Diagnosis extends Finding {
  readonly check: string;
}

/** The worst first. */
export function bySeverity(findings: readonly Diagnosis[]): Diagnosis[] {
  return findings.toSorted((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity));
}
