import { type CollectionDefinition, isReference, isSystemField } from "@plinth/core";
import type { FieldMap } from "@plinth/formats";
import type { Api, ExistingCollection } from "./api.ts";
import { ApiError, CliError } from "./errors.ts";

/** What `--create` is about to make, checked before it is made: a refused import would leave the collection behind. */
export interface CreationPlan {
  readonly definition: CollectionDefinition;
  /** The value of `--map`. */
  readonly chosen: FieldMap;
  /** The names in the file; null where each row may have others. */
  readonly names: readonly string[] | null;
  /** The value of `--on-conflict`. */
  readonly conflict: readonly string[] | undefined;
}

export async function checkPlan(api: Api, { definition, chosen, names, conflict }: CreationPlan): Promise<void> {
  for (const [name, target] of Object.entries(chosen)) {
    if (names && !names.includes(name)) throw new CliError(`map.${name}: the file has no such column`);
    if (definition.kind !== "document" && target?.includes("."))
      await checkLookup(api, definition, `map.${name}`, target);
  }
  if (conflict) checkConflict(definition, conflict);
}

/** `country.cca2`: a relation, and a unique field of its items. */
async function checkLookup(api: Api, definition: CollectionDefinition, at: string, target: string): Promise<void> {
  const dot = target.indexOf(".");
  const [name, by] = [target.slice(0, dot), target.slice(dot + 1)];
  const field = definition.fields.find((one) => one.name === name);
  if (!field || !isReference(field)) {
    throw new CliError(`${at}: ${name} is no relation; add --types ${name}=relation:COLLECTION`);
  }
  const to = field.to === definition.slug ? definition : await readable(api, field.to!);
  if (!to || uniqueOf(to).includes(by)) return;
  throw new CliError(`${at}: ${to.slug} has no unique field ${by}; it has ${uniqueOf(to).join(", ")}`);
}

function checkConflict(definition: CollectionDefinition, conflict: readonly string[]): void {
  const unique = uniqueOf(definition);
  if (conflict.length === 1 && unique.includes(conflict[0]!)) return;
  const advice = definition.kind === "document" ? "" : `; make another one with --unique ${conflict.join(",")}`;
  throw new CliError(`--on-conflict: expected a unique field of ${definition.slug}: ${unique.join(", ")}${advice}`);
}

function uniqueOf({ fields }: CollectionDefinition): string[] {
  return ["id", ...fields.filter(({ unique }) => unique).map(({ name }) => name)];
}

/** Undefined for keys that may not read definitions, and where there is none: then the server says so itself. */
async function readable(api: Api, slug: string): Promise<ExistingCollection | undefined> {
  try {
    return await api.getCollection(slug);
  } catch (error) {
    if (error instanceof ApiError) return undefined;
    throw error;
  }
}

/** Whether a collection has all that the file would make of it. */
export function hasFieldsOf(existing: ExistingCollection, { kind, fields }: CollectionDefinition): boolean {
  const has = new Set(existing.fields.map(({ name }) => name));
  return existing.kind === kind && fields.every(({ name }) => has.has(name) || isSystemField(name));
}
