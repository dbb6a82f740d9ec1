// Compares the page of all routes with their definitions, row by row.
import type { Problem } from "./problem.ts";

export interface RouteRow {
  method: string;
  path: string;
  summary: string;
  access: RouteAccess;
  fresh?: "always" | "sometimes" | "never";
}

/** By the names of `ACCESS`; the first words of the row in the table of callers. */
export const WHO = {
  anyone: "anyone",
  caller: "anyone, as far as the rules allow",
  identified: "anyone with credentials",
  account: "users and operators who have signed in",
  user: "users who have signed in",
  workspace: "users and members of the workspace, and secret keys",
  admin: "admins and secret keys",
  any_operator: "operators",
  member: "members of the workspace",
  member_admin: "members of the workspace with the role admin",
  member_owner: "owners of the workspace",
  server_owner: "owners of the server",
} as const;

/** No key gives a fresh proof. */
const AFRESH: Readonly<Record<string, string>> = { [WHO.admin]: "admins" };

export type RouteAccess = keyof typeof WHO;

/** What each kind of caller needs, by the name of an access. */
export type AccessTable = Readonly<
  Record<RouteAccess, { readonly callers: Readonly<Partial<Record<(typeof KINDS)[number], string>>> }>
>;

const KINDS = ["anonymous", "user", "key", "operator"] as const;

const NEEDS: Readonly<Record<(typeof KINDS)[number], Readonly<Record<string, string>>>> = {
  anonymous: { any: "yes" },
  user: { any: "yes", admin: "with the role `admin`" },
  key: { any: "yes", admin: "secret, or scoped with the action" },
  operator: {
    any: "yes",
    action: "member with the action",
    viewer: "member",
    admin: "member, `admin` or `owner`",
    owner: "member, `owner`",
    server: "owner of the server",
  },
};

/** Compares the table of who may with the kinds of callers that each access names. */
export function checkCallersTable(file: string, page: string, accesses: AccessTable): Problem[] {
  const lines = new Set(page.split("\n").map((text) => cellsOf(text).join(" | ")));
  return (Object.keys(WHO) as RouteAccess[])
    .map((access) => {
      const { callers } = accesses[access];
      return [WHO[access], ...KINDS.map((kind) => NEEDS[kind][callers[kind] ?? ""] ?? "no")].join(" | ");
    })
    .filter((row) => !lines.has(row))
    .map((row) => ({ file, message: `this row is missing: | ${row} |` }));
}

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
  const who = fresh === "always" ? `${AFRESH[WHO[access]] ?? WHO[access]}, with a fresh proof` : WHO[access];
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
