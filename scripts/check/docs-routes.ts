// Compares the page of all routes with their definitions, row by row.
import type { Problem } from "./problem.ts";

export interface RouteRow {
  method: string;
  path: string;
  summary: string;
  access: string;
  fresh?: "always" | "sometimes" | "never";
}

const WHO: Readonly<Record<string, string>> = {
  anyone: "anyone",
  caller: "anyone, as far as the rules allow",
  user: "users who have signed in",
  admin: "admins and secret keys",
  member: "members of the workspace, by role",
  operator: "operators",
};

/** No key gives a fresh proof. */
const WHO_AFRESH: Readonly<Record<string, string>> = {
  user: "users, with a fresh proof",
  admin: "admins, with a fresh proof",
  member: "members of the workspace, by role, with a fresh proof",
  operator: "operators, with a fresh proof",
};

export function checkRoutesPage(file: string, page: string, routes: readonly RouteRow[]): Problem[] {
  const wanted = routes.map(rowOf);
  const found = page.split("\n").map((text, i) => ({ cells: cellsOf(text), line: i + 1 }));
  const rows = found.filter(({ cells }) => /^`[A-Z]+ \//.test(cells[0] ?? ""));
  const present = new Set(rows.map(({ cells }) => cells.join(" | ")));
  const known = new Set(wanted.map((cells) => cells.join(" | ")));
  return [
    ...wanted
      .filter((cells) => !present.has(cells.join(" | ")))
      .map((cells) => ({ file, message: `this row is missing: | ${cells.join(" | ")} |` })),
    ...rows
      .filter(({ cells }) => !known.has(cells.join(" | ")))
      .map(({ cells, line }) => ({ file, line, message: `there is no such route: ${cells.join(" | ")}` })),
  ];
}

function rowOf({ method, path, summary, access, fresh }: RouteRow): string[] {
  const who = (fresh === "always" ? WHO_AFRESH : WHO)[access] ?? access;
  const note = fresh === "sometimes" ? "; for some, with a fresh proof" : "";
  return [`\`${method.toUpperCase()} ${path}\``, summary, who + note];
}

function cellsOf(text: string): string[] {
  return text.startsWith("|")
    ? text
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim())
    : [];
}
