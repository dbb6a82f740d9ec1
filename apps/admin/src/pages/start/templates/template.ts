import type { CollectionDefinition, Field, Json, Rule } from "@plinth/core";

/** A set of collections with rules and a few items, as a file of this folder. */
export interface Template {
  /** In the order in which they are made: what others lead to comes first. */
  readonly collections: readonly (Partial<CollectionDefinition> & { readonly owner_scoped?: boolean })[];
  /** Lists that can be added only when the collections that they show are there. */
  readonly lists: Readonly<Record<string, readonly Field[]>>;
  /** Besides those that `owner_scoped` makes. */
  readonly rules: readonly Partial<Rule>[];
  /** By collection, in the order in which they are written. */
  readonly items: Readonly<Record<string, readonly Readonly<Record<string, Json>>[]>>;
}

export const TEMPLATE_NAMES = ["blog", "tasks", "shop", "crm"] as const;
export type TemplateName = (typeof TEMPLATE_NAMES)[number];

export const TEMPLATES: Readonly<Record<TemplateName, () => Promise<Template>>> = {
  blog: async () => (await import("./blog.json")).default as unknown as Template,
  tasks: async () => (await import("./tasks.json")).default as unknown as Template,
  shop: async () => (await import("./shop.json")).default as unknown as Template,
  crm: async () => (await import("./crm.json")).default as unknown as Template,
};

/** One request of making a template. */
export interface TemplateStep {
  readonly kind: "collection" | "lists" | "rules" | "items";
  readonly collection?: string;
  readonly count: number;
  readonly method: "POST" | "PATCH";
  readonly path: string;
  readonly body: object;
}

/** The requests that make a template, in their order. */
export function templateSteps(template: Template): readonly TemplateStep[] {
  const { collections, lists, rules, items } = template;
  const post = { method: "POST", count: 1 } as const;
  return [
    ...collections.map(
      (body): TemplateStep => ({ ...post, kind: "collection", collection: body.slug!, path: "collections", body }),
    ),
    ...Object.entries(lists).map(([collection, fields]): TemplateStep => {
      return {
        kind: "lists",
        collection,
        count: fields.length,
        method: "PATCH",
        path: `collections/${collection}`,
        body: { fields },
      };
    }),
    ...(rules.length > 0
      ? [{ ...post, kind: "rules", count: rules.length, path: "permissions", body: rules } as const]
      : []),
    ...Object.entries(items).map(([collection, rows]): TemplateStep => {
      return { ...post, kind: "items", collection, count: rows.length, path: `items/${collection}`, body: rows };
    }),
  ];
}
