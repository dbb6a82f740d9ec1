import { type Embed, type Json, own, PlinthError, type Row } from "@plinth/core";
import type { Scope } from "../kernel/engine.ts";
import { requireListable } from "./scan-fence.ts";
import { refuseTooLarge } from "./too-large.ts";

/** Items that one request may bring in, counted as often as they occur in its answer. */
const MAX_EMBEDDED = 100_000;

/** Puts related items, or what is computed of them, into rows: one statement for each embed, however many rows. */
export async function embedRelated(scope: Scope, rows: readonly Row[], embeds: readonly Embed[]): Promise<void> {
  await embedLevels({ scope, brought: 0 }, { rows, times: rows.map(() => 1), path: "expand" }, embeds);
}

interface Request {
  readonly scope: Scope;
  brought: number;
}

/** Rows are objects that may stand in many places of the answer, and are written out in each. */
interface Shown {
  readonly rows: readonly Row[];
  /** How often each of them occurs. */
  readonly times: readonly number[];
  readonly path: string;
}

async function embedLevels(request: Request, shown: Shown, embeds: readonly Embed[]): Promise<void> {
  for (const embed of embeds) await embedOne(request, { ...shown, path: `${shown.path}.${embed.as}` }, embed);
  for (const { key, hidden } of embeds) if (hidden) for (const row of shown.rows) delete row[key];
}

async function embedOne(request: Request, shown: Shown, embed: Embed): Promise<void> {
  const { scope } = request;
  const { read, key } = embed;
  const { tree } = read;
  const occurs = new Map<string, number>();
  shown.rows.forEach((row, i) => {
    const id = row[key];
    if (typeof id === "string") occurs.set(id, (occurs.get(id) ?? 0) + shown.times[i]!);
  });
  const parents = await parentsOf(scope, [...occurs.keys()], embed);
  // A relation to one item brings no more than there are parents.
  const each = tree.under!.relation.via && "value" in tree.limit ? Number(tree.limit.value) : 1;
  if (parents.length * each > MAX_EMBEDDED) {
    const message = `${embed.as}: ${parents.length} items with up to ${each} related items each are more than ${MAX_EMBEDDED}; lower the limits`;
    throw new PlinthError("LIMIT_EXCEEDED", message, { field: `${shown.path}.limit` });
  }
  const related = new Map<string, Row[]>(parents.map((id) => [id, []]));
  if (parents.length > 0) {
    const values = [parents, ...read.values.slice(1)];
    await requireListable(scope, tree, values);
    const bindings = { values, variables: scope.variables };
    const found = await ("measures" in tree
      ? scope
          .source(tree.collection)
          .store.aggregate(tree, bindings)
          .catch(refuseTooLarge(`${shown.path}.aggregates`))
      : scope.source(tree.collection).store.find(tree, bindings));
    found.rows.forEach((item, i) => {
      related.get(found.parents![i]!)!.push(item);
    });
    const times = found.parents!.map((parent) => occurs.get(parent)!);
    await goOn(request, { ...shown, rows: found.rows, times }, embed);
  }
  for (const row of shown.rows) place(row, embed, related);
}

/** Counts what a level brought in, and refuses before the next one, or the answer, is made of it. */
async function goOn(request: Request, { rows, times, path }: Shown, { as, read }: Embed): Promise<void> {
  request.brought += times.reduce((sum, one) => sum + one, 0);
  if (request.brought > MAX_EMBEDDED) {
    const message = `${as}: the answer would hold more than ${MAX_EMBEDDED} related items; lower the limits`;
    const field = read.tree.under!.relation.via ? `${path}.limit` : path;
    throw new PlinthError("LIMIT_EXCEEDED", message, { field });
  }
  await embedLevels(request, { rows, times, path: `${path}.expand` }, read.embeds);
}

/** What the caller may not see becomes null. */
function place(row: Row, embed: Embed, related: ReadonlyMap<string, Row[]>): void {
  const id = row[embed.key];
  // A field that is hidden as such is not in the row, and stays out of it.
  if (id === undefined) return;
  const items = typeof id === "string" ? related.get(id) : undefined;
  const value = embed.shape === "list" ? (items ?? null) : (items?.[0] ?? (items && embed.nothing) ?? null);
  if (!embed.spread) row[embed.as] = value as Json;
  else for (const name of embed.spread) row[name] = spreadOf(value as Row | Row[] | null, name);
}

function spreadOf(value: Row | Row[] | null, name: string): Json {
  const of = (item: Row): Json => own(item, name) ?? null;
  return Array.isArray(value) ? value.map(of) : value && of(value);
}

/** The items whose list may be read; those whose list is hidden show null. */
async function parentsOf(scope: Scope, ids: string[], { shownOn }: Embed): Promise<string[]> {
  if (!shownOn || ids.length === 0) return ids;
  const shown = await scope
    .source(shownOn.collection)
    .store.find(shownOn, { values: [ids, ids.length], variables: scope.variables });
  return shown.rows.map((row) => row.id as string);
}
