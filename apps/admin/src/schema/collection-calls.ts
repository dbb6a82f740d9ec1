import { t } from "@lingui/core/macro";
import { fieldType, isSystemField, type Json } from "@plinth/core";
import { type CollectionInfo, titleField } from "../data/collections.ts";
import type { ApiCall } from "./code-samples.ts";
import { FIELD_LOOKS } from "./field-looks.ts";

export interface NamedCall {
  readonly name: string;
  readonly call: ApiCall;
}

/** The calls that programs make of a collection, with sample values of its own fields. */
export function callsOf(collection: Pick<CollectionInfo, "slug" | "kind" | "fields">): readonly NamedCall[] {
  const { slug } = collection;
  const path = `/api/items/${slug}`;
  const item = sampleItem(collection);
  const from = `client.from(${JSON.stringify(slug)})`;
  const id = "ID";
  const [name, value] = Object.entries(item)[0] ?? ["name", "…"];
  const filter = { [name]: value };
  return [
    { name: t`List`, call: { method: "GET", path, query: { limit: "20" }, client: `${from}.list({ limit: 20 })` } },
    {
      name: t`Filter and sort`,
      call: {
        method: "GET",
        path,
        query: { filter: JSON.stringify(filter), sort: "-created_at" },
        client: `${from}.list({ filter: ${JSON.stringify(filter)}, sort: "-created_at" })`,
      },
    },
    { name: t`Get one`, call: { method: "GET", path: `${path}/${id}`, client: `${from}.get("${id}")` } },
    { name: t`Create`, call: { method: "POST", path, body: item, client: `${from}.create(${JSON.stringify(item)})` } },
    {
      name: t`Change`,
      call: {
        method: "PATCH",
        path: `${path}/${id}`,
        body: filter,
        client: `${from}.update("${id}", ${JSON.stringify(filter)})`,
      },
    },
    { name: t`Delete`, call: { method: "DELETE", path: `${path}/${id}`, client: `${from}.delete("${id}")` } },
  ];
}

/** An item that the server would take: required fields, and a few others. */
function sampleItem({ kind, fields }: Pick<CollectionInfo, "kind" | "fields">): Readonly<Record<string, Json>> {
  if (kind === "document") return { kind: "click", at: { x: 10, y: 20 } };
  const title = titleField({ fields });
  const stored = fields.filter((field) => fieldType(field).storage !== null && !isSystemField(field.name));
  const first = stored.filter(({ name }) => name === title);
  const rest = stored.filter((field) => field.name !== title);
  const chosen = [...first, ...rest.filter(({ required }) => required), ...rest.filter(({ required }) => !required)];
  const required = stored.filter((field) => field.required && field.default === undefined).length;
  const shown = chosen.slice(0, Math.max(3, required + first.length));
  return Object.fromEntries(shown.map((field) => [field.name, FIELD_LOOKS[field.type].sample(field)]));
}
