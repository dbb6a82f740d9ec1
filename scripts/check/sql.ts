// SQL is written in packages/db and in a feature's own files, and only one folder names dialects. Pure: sources in,
// problems out.
import { matches, type Source } from "./files.ts";
import type { Import } from "./imports.ts";
import type { Problem } from "./problem.ts";
import { TEST_FILE } from "./rules.ts";
import type { Token } from "./tokens.ts";

/**
 * Who may contain SQL: `db`, drivers for their own engine, the suite that tests drivers, and the port of drivers, with
 * the statement that asks for a sign of life. The admin reaches no database: its SQL is what operators write.
 */
const SQL_PLACES = "{packages/{db,adapters-*,conformance}/**,packages/core/src/ports/sql-driver.ts,apps/admin/**}";
/** A feature's files for its own tables: they contain SQL, and no other file may import what they are made with. */
const FEATURE_TABLES = "packages/engine/src/features/*/**/{tables,migrations,repository}.ts";
const TABLES_MODULE = "@plinth/db/tables";

/**
 * Who may name a dialect: its folder, drivers, which declare theirs, and their suite. Some of DATABASE_URL's schemes
 * are named like dialects, so the platforms, which list them, may too.
 */
const DIALECT_PLACES =
  "{packages/db/src/dialects,packages/adapters-*,packages/conformance,apps/server/src/platform}/**";
/** better-auth's adapter needs the name of the drizzle builder that made the tables. */
const NAMED_FILE = "packages/auth/src/set-up.ts";

const STATEMENT =
  /^\s*(?:select\s|insert\s+into\s|update\s+\S+\s+set\s|delete\s+from\s|(?:create|alter|drop)\s+(?:unique\s+)?(?:table|index|trigger|function|view)\s|with\s+\w+\s+as\s*\(|explain\s+(?:query|\())/i;

const HOLDS_SQL = "holds SQL: write a repository in packages/db, or the feature's repository.ts";

export function checkSql(sources: readonly Source[]): Problem[] {
  const dialects = new Set(
    sources.flatMap(({ file }) => file.match(/^packages\/db\/src\/dialects\/(\w+)\//)?.[1] ?? []),
  );
  const namesDialect: Test = (tokens, at) => isDialect(dialects, tokens, at);
  return shipped(sources).flatMap(({ file, tokens, imports }) => [
    ...(matches(file, SQL_PLACES) || matches(file, FEATURE_TABLES)
      ? []
      : [...problemsAt(file, tokens, isStatement, HOLDS_SQL), ...strangeImports(file, imports)]),
    ...(matches(file, DIALECT_PLACES) || file === NAMED_FILE
      ? []
      : problemsAt(file, tokens, namesDialect, "names a dialect: ask the record in packages/db/src/dialects")),
  ]);
}

function strangeImports(file: string, imports: readonly Import[]): Problem[] {
  const message = `imports ${TABLES_MODULE}, which only a feature's tables.ts, migrations.ts and repository.ts may`;
  return imports.flatMap(({ specifier, line }) => (specifier === TABLES_MODULE ? [{ file, line, message }] : []));
}

function shipped(sources: readonly Source[]): Source[] {
  return sources.filter(({ file }) => /^(apps|packages)\//.test(file) && !TEST_FILE.test(file));
}

function problemsAt(file: string, tokens: readonly Token[], is: Test, message: string): Problem[] {
  return tokens.flatMap((token, i) => (is(tokens, i) ? [{ file, line: token.line, message }] : []));
}

type Test = (tokens: readonly Token[], at: number) => boolean;

function isStatement(tokens: readonly Token[], at: number): boolean {
  const token = tokens[at]!;
  return token.kind === "string" && STATEMENT.test(token.text);
}

/** As a text, as a key, or as a member's name; a package or a variable of that name is something else. */
function isDialect(dialects: ReadonlySet<string>, tokens: readonly Token[], at: number): boolean {
  const token = tokens[at]!;
  if (!dialects.has(token.text)) return false;
  if (token.kind === "string") return tokens[at - 1]?.text !== "from";
  return token.kind === "name" && (tokens[at + 1]?.text === ":" || tokens[at - 1]?.text === ".");
}
