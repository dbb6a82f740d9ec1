import type { PlannedOperation } from "./planned.ts";

/** `docs/not-yet.md`. */
export function notYetPage(planned: Readonly<Record<string, readonly PlannedOperation[]>>): string {
  const sections = Object.entries(planned).map(
    ([area, rows]) =>
      `## ${area}\n\n| Missing | What you can do today |\n|---|---|\n${rows.map(({ what, today }) => `| ${what} | ${today} |`).join("\n")}\n`,
  );
  return `${HEAD}\n${sections.join("\n")}`;
}

const HEAD = `<!-- Generated from scripts/not-yet/planned.ts by \`UPDATE_DOCS=1 npm run bun -- test tests/docs/not-yet.test.ts\`; do not edit. -->

# Not available yet

You want to know what Plinth cannot do before you choose it. This is what people expect and what is planned. A test looks for
each entry in a running server and fails when it exists, so this list is never out of date.
`;
