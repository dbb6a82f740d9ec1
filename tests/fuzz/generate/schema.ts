import type { CollectionDefinition, Field, FieldType, JsonObject } from "@plinth/core";
import type { Random } from "../random.ts";
import { type Model, relationsOf } from "./model.ts";
import { someValue } from "./values.ts";

const SLUGS = ["alpha", "beta", "gamma", "delta"];
const SCALARS: readonly FieldType[] = [
  "text", "text", "longtext", "integer", "integer", "number", "decimal", "boolean", "json", "timestamp", "date", "uuid",
  "enum",
]; // biome-ignore format: a table
const UNIQUE: readonly FieldType[] = ["text", "integer", "decimal", "timestamp", "date", "enum"];
const INDEXABLE: readonly FieldType[] = [...UNIQUE, "number", "boolean", "uuid", "longtext"];

/** Defines two to four collections, perhaps one of documents, and the relations between them. */
export function defineWorld(model: Model): void {
  const { random } = model;
  const slugs = SLUGS.slice(0, random.int(2, 4));
  if (random.chance(0.5)) define(model, documents(random));
  for (const slug of slugs) define(model, managed(model, slug));
  for (const slug of slugs) addReverse(model, slug);
  for (let i = random.int(0, 2); i > 0; i--) addManyToMany(model, random.pick(slugs), random.pick(slugs), `link${i}`);
}

function define(model: Model, definition: CollectionDefinition): void {
  model.collections.set(definition.slug, definition);
  model.ids.set(definition.slug, []);
  model.operations.push({ do: "define", definition: structuredClone(definition) as unknown as JsonObject });
}

function documents(random: Random): CollectionDefinition {
  const indexed_paths = random.chance(0.5) ? [random.pick(["a", "b.a"])] : undefined;
  return { slug: "docs", kind: "document", fields: [], ...(indexed_paths && { indexed_paths }) };
}

function managed(model: Model, slug: string): CollectionDefinition {
  const { random } = model;
  const fields = random.times(random.int(2, 6), (i) => scalar(model, random.pick(SCALARS), `f${i}`));
  const targets = [...model.collections.keys(), slug];
  for (let i = random.int(0, 2); i > 0; i--) fields.push(toOne(model, random.pick(targets), `to${i}`, slug));
  const plain = fields.filter((field) => field.type !== "json" && field.type !== "longtext").map((field) => field.name);
  return {
    slug,
    kind: "managed",
    fields,
    ...(plain.length > 2 && random.chance(0.2) && { unique_together: [plain.slice(0, 2)] }),
    ...(plain.length > 2 && random.chance(0.2) && { indexes: [plain.slice(-2)] }),
    ...(random.chance(0.2) && { default_sort: random.pick(["-id", "created_at", "-updated_at,id"]) }),
  };
}

function scalar(model: Model, type: FieldType, name: string): Field {
  const { random } = model;
  const field: Field = { name, type };
  if (type === "enum") field.values = ["red", "green", "Blue", "ä", "10", "9"];
  if (type === "decimal" && random.chance(0.6)) Object.assign(field, random.pick(DECIMALS));
  if (UNIQUE.includes(type) && random.chance(model.crowded ? 0.5 : 0.1)) return { ...field, unique: true };
  if (INDEXABLE.includes(type) && random.chance(0.2)) field.indexed = true;
  if (type === "text" || type === "longtext") {
    if (random.chance(0.2)) field.indexed_ignore_case = true;
    if (random.chance(0.2)) field.indexed_ignore_accents = true;
  }
  if (random.chance(0.15)) field.required = true;
  if (random.chance(0.15)) field.default = random.chance(0.3) && isTime(type) ? "$now" : someValue(model, field);
  if (random.chance(0.1)) Object.assign(field, bounds(type));
  return field;
}

const DECIMALS = [
  { precision: 18, scale: 0 },
  { precision: 5, scale: 1 },
  { precision: 18, scale: 6 },
  { precision: 4, scale: 4 },
];

function isTime(type: FieldType): boolean {
  return type === "timestamp" || type === "date";
}

function bounds(type: FieldType): Partial<Field> {
  if (type === "integer" || type === "number") return { max: 100 };
  if (type === "decimal") return { min: "-1" };
  return type === "text" || type === "longtext" ? { max_length: 2 } : {};
}

function toOne({ random }: Model, to: string, name: string, from: string): Field {
  const required = to !== from && random.chance(0.15);
  const on_delete = random.pick(required ? HOLDS_OR_GOES : ([...HOLDS_OR_GOES, "cascade", "set_null"] as const));
  return { name, type: "relation", to, ...(required && { required }), ...(on_delete && { on_delete }) };
}

const HOLDS_OR_GOES = ["restrict", "cascade", undefined] as const;

/** The lists that answer the relations of others: `many_beta_to1`. */
function addReverse(model: Model, slug: string): void {
  for (const from of model.collections.values()) {
    for (const field of relationsOf(from)) {
      if (field.to !== slug || model.random.chance(0.3)) continue;
      addField(model, slug, {
        name: `many_${from.slug}_${field.name}`,
        type: "relation_many",
        to: from.slug,
        via: field.name,
      });
    }
  }
}

function addManyToMany(model: Model, from: string, to: string, through: string): void {
  const { random } = model;
  const ends = { via: "left", target: "right" };
  if (random.chance(0.5)) {
    define(model, {
      slug: through,
      kind: "managed",
      fields: [
        { name: "left", type: "relation", to: from, required: true, on_delete: "cascade" },
        { name: "right", type: "relation", to, required: true, on_delete: "cascade" },
        scalar(model, random.pick(["text", "integer", "boolean"]), "note"),
      ],
      ...(random.chance(0.8) && { unique_together: [["left", "right"]] }),
    });
  }
  const made = model.collections.has(through);
  addField(model, from, { name: `all_${through}`, type: "relation_many", to, through, ...ends });
  if (!made) {
    model.ids.set(through, []);
    const end = (name: string, target: string): Field => ({ name, type: "relation", to: target, required: true });
    const fields = [end("left", from), end("right", to)];
    model.collections.set(through, { slug: through, kind: "managed", fields, unique_together: [["left", "right"]] });
  }
  if (random.chance(0.7))
    addField(model, to, {
      name: `back_${through}`,
      type: "relation_many",
      to: from,
      through,
      via: "right",
      target: "left",
    });
}

/** Fields come and go under names of their own, which no rule speaks of; one name may stand for several in turn. */
export function changeWorld(model: Model): void {
  const { random } = model;
  const definition = random.pick([...model.collections.values()].filter(({ kind }) => kind === "managed"));
  const name = random.pick(["late0", "late1"]);
  const at = definition.fields.findIndex((field) => field.name === name);
  if (at >= 0) {
    definition.fields.splice(at, 1);
    model.operations.push({ do: "drop field", collection: definition.slug, field: name });
    if (random.chance(0.4)) return;
  }
  const { required, ...field } = scalar(model, random.pick(SCALARS), name);
  // Items that are there have to have something in a required field.
  const filled = field.default !== undefined && field.default !== "$now";
  addField(model, definition.slug, { ...field, ...(required && filled && { required }) });
}

function addField(model: Model, slug: string, field: Field): void {
  model.collections.get(slug)!.fields.push(field);
  model.operations.push({ do: "change", collection: slug, change: { fields: [field as unknown as JsonObject] } });
}
