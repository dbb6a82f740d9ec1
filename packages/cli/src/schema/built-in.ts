import {
  type BuiltInDefinition,
  builtInGroup,
  isBuiltInField,
  SYSTEM_COLLECTIONS,
  type SystemCollection,
  USERS_SLUG,
} from "@plinth/core";
import type { SchemaCollection, ServerSchema } from "./file.ts";

/** The built-in collections of a schema: a server makes them by their names, and a file may have what a workspace adds to them. */

const SETS = ["unique_together", "indexes"] as const;

export function asSystem(name: unknown): SystemCollection | undefined {
  return SYSTEM_COLLECTIONS.find((one) => one === name);
}

/** Whether the server sets what the field is: it has it from the start. */
export function isServerField({ system }: SchemaCollection, field: string): boolean {
  const known = asSystem(system);
  return known !== undefined && isBuiltInField(known, field);
}

/** Sets of fields that a collection on the server keeps, whatever the file has. */
export function keptSets(found: SchemaCollection, key: string): readonly string[][] {
  const known = asSystem(found.system);
  const set = SETS.find((one) => one === key);
  if (!known || !set) return [];
  const here = (found[set] ?? []) as string[][];
  const start = definitionOf(known, USERS_SLUG)?.[set] ?? [];
  return start.filter((one) => here.some((other) => isSameSet(one, other)));
}

export function isSameSet(one: readonly string[], other: readonly string[]): boolean {
  return one.join() === other.join();
}

/**
 * The file's collections with the marks that files of earlier releases lack: a collection that the server does not have, with the name and
 * all fields of a built-in one, is that one.
 */
export function markBuiltIns(collections: readonly SchemaCollection[], server: ServerSchema): SchemaCollection[] {
  const there = new Set(server.schema.collections.map(({ slug }) => slug));
  return collections.map((one) =>
    one.system === undefined && !there.has(one.slug) && isLikeBuiltIn(one) ? { ...one, system: one.slug } : one,
  );
}

/** Fields that came with a later release may be missing. */
function isLikeBuiltIn({ slug, fields }: SchemaCollection): boolean {
  const known = asSystem(slug);
  const definition = known && definitionOf(known, USERS_SLUG);
  if (!definition) return false;
  const needed = definition.fields.filter(({ required, to }) => required || to !== undefined);
  return needed.every(({ name, type, required = false }) =>
    fields.some((own) => own.name === name && own.type === type && (own.required ?? false) === required),
  );
}

export interface NewBuiltIns {
  /** One of each group that the server does not have: it makes the others with it. */
  readonly requests: readonly { readonly slug: string; readonly system: SystemCollection }[];
  /** What the server then has besides. */
  readonly made: readonly SchemaCollection[];
}

export function newBuiltIns(collections: readonly SchemaCollection[], server: ServerSchema): NewBuiltIns {
  const there = new Set(server.schema.collections.map(({ slug }) => slug));
  const users = server.schema.collections.find(({ system }) => system === "users")?.slug ?? USERS_SLUG;
  const requests: { slug: string; system: SystemCollection }[] = [];
  const made = new Map<string, BuiltInDefinition>();
  for (const { slug, system } of collections) {
    const known = asSystem(system);
    if (!known || there.has(slug) || made.has(slug)) continue;
    const group = builtInGroup(known, users);
    // Otherwise it has a problem.
    if (group.length === 0 || group.some((one) => there.has(one.slug))) continue;
    requests.push({ slug, system: known });
    for (const one of group) made.set(one.slug, one);
  }
  return {
    requests,
    made: [...made.values()].map((one) => ({ ...one, fields: one.fields.map((field) => ({ ...field })) })),
  };
}

/** Why a collection of the file cannot be what the server has, or makes, under its name. Undefined: it can. */
export function builtInProblem({ slug, system }: SchemaCollection, server: ServerSchema): string | undefined {
  const { collections } = server.schema;
  const known = asSystem(system);
  if (!known || collections.some((one) => one.slug === slug && one.system === known)) return undefined;
  const other = collections.find((one) => one.system === known);
  if (other)
    return `The server's built-in collection of ${known} is called ${other.slug}, and that of the file ${slug}.`;
  const needed = builtInGroup(known, USERS_SLUG).map((one) => one.slug);
  const taken = collections.find((one) => needed.includes(one.slug));
  return taken && `${taken.slug} is built in, and the server has another collection of that name. ${WAY_OUT}`;
}

const WAY_OUT = "Export its items, delete it and push again.";

function definitionOf(system: SystemCollection, users: string): BuiltInDefinition | undefined {
  return builtInGroup(system, users).find((one) => one.system === system);
}
