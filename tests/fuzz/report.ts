import type { Case } from "./case.ts";
import type { Disagreement } from "./compare.ts";

/** What a person needs to see a failure again. */
export function describeDisagreement(one: Case, { kind, operation, engines, found }: Disagreement): string {
  const where =
    operation === undefined ? "afterwards" : `operation ${operation}: ${JSON.stringify(one.operations[operation])}`;
  return [
    `disagreement (${kind}) between ${engines.join(" and ")}, seed ${one.seed}, ${where}`,
    ...engines.map((name, i) => `  ${name}: ${clip(JSON.stringify(found[i]))}`),
  ].join("\n");
}

const MOST = 2000;

function clip(text: string): string {
  return text.length > MOST ? `${text.slice(0, MOST)} … (${text.length} characters)` : text;
}
