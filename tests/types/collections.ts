import type { Field } from "@plinth/core";
import type { DescribedCollection } from "@plinth/formats";

/** The collections and queries that both clients' types are measured with. */

export const COLLECTIONS = 200;
export const QUERIES = 500;

export function slugOf(i: number): string {
  return `c${String((i + COLLECTIONS) % COLLECTIONS).padStart(3, "0")}`;
}

/** Relations to one item, by how far away the target is: all of them form cycles, `parent` with itself. */
export const RELATIONS = { next: 1, far: 7, parent: 0, farther: 13 } as const;
/** Lists, by the relation on their other side. */
export const LISTS = { previous: "next", nearer: "far", children: "parent" } as const;

const VALUES: readonly Omit<Field, "name">[] = [
  ...Array<Omit<Field, "name">>(6).fill({ type: "text" }),
  { type: "longtext" },
  ...Array<Omit<Field, "name">>(4).fill({ type: "integer" }),
  ...Array<Omit<Field, "name">>(3).fill({ type: "decimal" }),
  ...Array<Omit<Field, "name">>(2).fill({ type: "number" }),
  ...Array<Omit<Field, "name">>(3).fill({ type: "boolean" }),
  ...Array<Omit<Field, "name">>(3).fill({ type: "json" }),
  ...Array<Omit<Field, "name">>(2).fill({ type: "timestamp" }),
  { type: "date" },
  ...Array<Omit<Field, "name">>(2).fill({ type: "enum", values: ["red", "green", "blue"] }),
  { type: "uuid" },
];

const system = (name: string, type: Field["type"]): Field => ({ name, type, required: true });
const SYSTEM: readonly Field[] = [
  system("id", "uuid"),
  system("created_at", "timestamp"),
  system("updated_at", "timestamp"),
  { name: "owner_id", type: "text" },
  system("version", "integer"),
];

/** Each has 40 fields: 28 values, 4 relations, 3 lists and those of every item. */
export function collections(): DescribedCollection[] {
  return Array.from({ length: COLLECTIONS }, (_, i) => ({
    slug: slugOf(i),
    kind: "managed",
    // Only one has this name; it stands for the users.
    ...(i === 0 && { system: "users" as const }),
    fields: [
      ...VALUES.map((field, n): Field => ({ ...field, name: `${field.type}_${n}`, required: n % 3 === 0 })),
      ...Object.entries(RELATIONS).map(([name, far]): Field => ({ name, type: "relation", to: slugOf(i + far) })),
      ...Object.entries(LISTS).map(([name, via]): Field => {
        const to = slugOf(i - RELATIONS[via]);
        return { name, type: "relation_many", to, via };
      }),
    ],
    system_fields: SYSTEM,
  }));
}
