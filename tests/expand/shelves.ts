import type { JsonObject } from "@plinth/core";

/** Shelves hold folders, and folders hold sheets: three levels, more of each than is asked for. */
export const SHELVES = 50;
export const FOLDERS = 20;
export const SHEETS = 5;
export const SPARE = 2;

export const id = (kind: number, n: number): string => `0000000${kind}-0000-4000-8000-${String(n).padStart(12, "0")}`;

type Ask = (path: string, body?: unknown, method?: string) => Promise<unknown>;

const many = (to: string, via: string): JsonObject => ({ name: to, type: "relation_many", to, via });
const one = (name: string, to: string): JsonObject => ({ name, type: "relation", to, on_delete: "cascade" });

/** Every definition is made from the far end on, so that lists have something to point to. */
export async function fillShelves(ask: Ask): Promise<void> {
  const fields = [
    { name: "name", type: "text" },
    { name: "n", type: "integer" },
  ];
  await ask("/api/collections", { slug: "shelves", fields });
  await ask("/api/collections", { slug: "folders", fields: [...fields, one("shelf", "shelves")] });
  await ask("/api/collections", { slug: "sheets", fields: [...fields, one("folder", "folders")] });
  await ask("/api/collections/shelves", { fields: [many("folders", "shelf")] }, "PATCH");
  await ask("/api/collections/folders", { fields: [many("sheets", "folder")] }, "PATCH");
  for (const collection of ["shelves", "folders", "sheets"]) {
    const condition = { n: { _gte: 0 } };
    await ask("/api/permissions", { role: "authenticated", collection, action: "read", condition });
  }
  const shelves = Array.from({ length: SHELVES }, (_, s) => ({ id: id(1, s), name: `shelf ${s}`, n: s }));
  const folders = shelves.flatMap((shelf, s) =>
    Array.from({ length: FOLDERS + SPARE }, (_, f) => ({
      id: id(2, s * 100 + f),
      name: `folder ${f}`,
      n: f,
      shelf: shelf.id,
    })),
  );
  const sheets = folders.flatMap((folder, f) =>
    Array.from({ length: SHEETS + SPARE }, (_, i) => ({
      id: id(3, f * 10 + i),
      name: `sheet ${i}`,
      n: i,
      folder: folder.id,
    })),
  );
  for (const [slug, rows] of [
    ["shelves", shelves],
    ["folders", folders],
    ["sheets", sheets],
  ] as const) {
    for (let from = 0; from < rows.length; from += 1000) await ask(`/api/items/${slug}`, rows.slice(from, from + 1000));
  }
}

/** The path that asks for so many of each, from the last to the first. */
export function threeLevels(shelves: number, folders: number, sheets: number): string {
  const expand = {
    folders: {
      sort: "-n",
      limit: folders,
      fields: "n",
      expand: { sheets: { sort: "-n", limit: sheets, fields: "n" } },
    },
  };
  const query = { sort: "n", limit: String(shelves), fields: "n", expand: JSON.stringify(expand) };
  return `/api/items/shelves?${new URLSearchParams(query)}`;
}

/** What that answers. */
export function expectedShelves(shelves: number, folders: number, sheets: number): JsonObject[] {
  const down = (count: number, top: number): number[] => Array.from({ length: count }, (_, i) => top - i);
  return Array.from({ length: shelves }, (_, s) => ({
    id: id(1, s),
    n: s,
    folders: down(folders, FOLDERS + SPARE - 1).map((f) => ({
      id: id(2, s * 100 + f),
      n: f,
      sheets: down(sheets, SHEETS + SPARE - 1).map((i) => ({
        id: id(3, (s * (FOLDERS + SPARE) + f) * 10 + i),
        n: i,
      })),
    })),
  }));
}
