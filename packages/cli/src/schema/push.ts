import type { Api } from "../api.ts";
import { encoded } from "../request-command.ts";
import type { SchemaDiff } from "./diff.ts";
import type { SchemaCollection, SchemaField } from "./file.ts";

const at = (slug: string): string => `/api/collections/${encoded(slug)}`;
const confirmed = (name: string): string => `?${new URLSearchParams({ confirm: name })}`;

/** Then it is known what these collections have, and the difference to the file is the rest. */
export async function createBuiltIns(api: Api, { newBuiltIns }: SchemaDiff): Promise<void> {
  for (const request of newBuiltIns) await api.manage("POST", "/api/collections", request);
}

/**
 * Makes the changes, one request after another. Each is whole, and after a failure the same command goes on with what is
 * left. Rules come when their fields are there, and go before their fields do.
 */
export async function applyDiff(api: Api, diff: SchemaDiff, existing: readonly string[]): Promise<void> {
  for (const role of diff.newRoles) await api.manage("POST", "/api/roles", role);
  const postponed = await createCollections(api, diff.newCollections, existing);
  await changeCollections(api, [...postponed, ...diff.patches]);
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
 * Relations need their targets, and collections may refer to each other in circles. Returns what could not be made with its collection, to
 * be added when all of them are there.
 */
async function createCollections(
  api: Api,
  collections: readonly SchemaCollection[],
  existing: readonly string[],
): Promise<Patch[]> {
  const made = new Set(existing);
  const postponed: Patch[] = [];
  for (const collection of inOrder(collections, made)) {
    const { slug, fields, kind, ...shared } = collection;
    const first = fields.filter((field) => isReady(field, slug, made));
    const later = fields.filter((field) => !first.includes(field));
    const isWhole = later.length === 0;
    await api.manage("POST", "/api/collections", {
      slug,
      ...(kind !== undefined && { kind }),
      fields: first,
      ...(isWhole && shared),
    });
    made.add(slug);
    if (!isWhole) postponed.push({ slug, body: { fields: later, ...shared } });
  }
  return postponed;
}

type Patch = SchemaDiff["patches"][number];

/** Lists need the relations that they show from the other side, so they come when all of these are there. */
async function changeCollections(api: Api, patches: readonly Patch[]): Promise<void> {
  const lists: Patch[] = [];
  for (const { slug, body } of patches) {
    const fields = (body.fields ?? []) as readonly SchemaField[];
    const last = fields.filter(isList);
    const first = fields.filter((field) => !isList(field));
    const { fields: _, ...shared } = body;
    const now = { ...(first.length > 0 && { fields: first }), ...shared };
    if (Object.keys(now).length > 0) await api.manage("PATCH", at(slug), now);
    if (last.length > 0) lists.push({ slug, body: { fields: last } });
  }
  for (const { slug, body } of lists) await api.manage("PATCH", at(slug), body);
}

function isList({ via, through }: SchemaField): boolean {
  return via !== undefined || through !== undefined;
}

function isReady(field: SchemaField, slug: string, made: ReadonlySet<string>): boolean {
  const { to } = field;
  if (isList(field)) return false;
  return to === undefined || to === slug || made.has(to);
}

/** Those first that refer to none that is still to be made. */
function inOrder(collections: readonly SchemaCollection[], made: ReadonlySet<string>): SchemaCollection[] {
  const known = new Set(made);
  const left = [...collections];
  const ordered: SchemaCollection[] = [];
  while (left.length > 0) {
    const free = left.findIndex(({ slug, fields }) =>
      fields.every((field) => isList(field) || isReady(field, slug, known)),
    );
    const [next] = left.splice(Math.max(0, free), 1);
    known.add(next!.slug);
    ordered.push(next!);
  }
  return ordered;
}
