import type { Api } from "../api.ts";
import { encoded } from "../request-command.ts";
import type { SchemaDiff } from "./diff.ts";
import type { SchemaCollection, SchemaField } from "./file.ts";

const at = (slug: string): string => `/api/collections/${encoded(slug)}`;
const confirmed = (name: string): string => `?${new URLSearchParams({ confirm: name })}`;

/**
 * Makes the changes, one request after another. Each is whole, and after a failure the same command goes on with what is
 * left. Rules come when their fields are there, and go before their fields do.
 */
export async function applyDiff(api: Api, diff: SchemaDiff, existing: readonly string[]): Promise<void> {
  for (const role of diff.newRoles) await api.manage("POST", "/api/roles", role);
  await createCollections(api, diff.newCollections, existing);
  for (const { slug, body } of diff.patches) await api.manage("PATCH", at(slug), body);
  // In one request: an allow rule must not be there for a moment without its deny rule.
  if (diff.newRules.length > 0)
    await api.manage("POST", "/api/permissions", diff.newRules as unknown as Record<string, unknown>);
  for (const id of diff.oldRuleIds) await api.manage("DELETE", `/api/permissions/${encoded(id)}`, undefined);
  for (const { slug, field } of diff.oldFields)
    await api.manage("DELETE", `${at(slug)}/fields/${encoded(field)}${confirmed(field)}`, undefined);
  for (const slug of diff.oldCollections) await api.manage("DELETE", `${at(slug)}${confirmed(slug)}`, undefined);
  for (const name of diff.oldRoles) await api.manage("DELETE", `/api/roles/${encoded(name)}`, undefined);
}

/**
 * Relations need their targets, and collections may refer to each other in circles: what cannot be made with its
 * collection is added when all of them are there.
 */
async function createCollections(
  api: Api,
  collections: readonly SchemaCollection[],
  existing: readonly string[],
): Promise<void> {
  const made = new Set(existing);
  const later: (() => Promise<unknown>)[] = [];
  for (const collection of inOrder(collections, made)) {
    const { slug, fields, ...rest } = collection;
    const first = fields.filter((field) => isReady(field, slug, made));
    const postponed = fields.filter((field) => !first.includes(field));
    const { kind, ...shared } = rest;
    const isWhole = postponed.length === 0;
    await api.manage("POST", "/api/collections", {
      slug,
      ...(kind !== undefined && { kind }),
      fields: first,
      ...(isWhole && shared),
    });
    made.add(slug);
    if (!isWhole) later.push(() => api.manage("PATCH", at(slug), { fields: postponed, ...shared }));
  }
  for (const add of later) await add();
}

function isReady({ to, via, through }: SchemaField, slug: string, made: ReadonlySet<string>): boolean {
  if (via !== undefined || through !== undefined) return false;
  return to === undefined || to === slug || made.has(to);
}

/** Those first that refer to none that is still to be made. */
function inOrder(collections: readonly SchemaCollection[], made: ReadonlySet<string>): SchemaCollection[] {
  const known = new Set(made);
  const left = [...collections];
  const ordered: SchemaCollection[] = [];
  while (left.length > 0) {
    const free = left.findIndex(({ slug, fields }) =>
      fields.every((field) => field.via !== undefined || field.through !== undefined || isReady(field, slug, known)),
    );
    const [next] = left.splice(Math.max(0, free), 1);
    known.add(next!.slug);
    ordered.push(next!);
  }
  return ordered;
}
