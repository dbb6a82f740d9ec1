import process from "node:process";

/** The argument of a process that runs one statement of the SQL console. */
export const STATEMENT = "--sql-statement";

/** The sources that Bun runs have a program for it beside their entry: to read all of them takes half a second each time. */
const SOURCES = /([\\/]entries[\\/]bun)\.ts$/;

/** This program again, for one statement. A compiled program has no script that is a file. */
export function statementCommand(): readonly string[] {
  const { execPath, execArgv, argv } = process;
  const [, script] = argv;
  const compiled = script === undefined || /^(?:\/\$bunfs|[A-Z]:[\\/]~BUN)/.test(script);
  return compiled
    ? [execPath, STATEMENT]
    : [execPath, ...execArgv, script.replace(SOURCES, "$1-statement.ts"), STATEMENT];
}
