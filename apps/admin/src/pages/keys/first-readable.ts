import type { Rule } from "@plinth/core";
import type { CollectionInfo } from "../../data/collections.ts";
import { cellOf, rulesFor } from "../rules/rules.ts";
import type { ApiKey } from "./api-key.ts";

type Reader = Pick<ApiKey, "kind" | "roles" | "actions" | "collections">;

/** The first collection whose items the key may list. Rules do not bind a secret key. */
export function firstReadable(
  { kind, roles, actions, collections: scope }: Reader,
  collections: readonly CollectionInfo[],
  rules: readonly Rule[],
): CollectionInfo | undefined {
  if (kind === "scoped" && actions?.includes("read") === false) return undefined;
  const own = kind === "scoped" ? (roles ?? []) : [];
  const isReadable = ({ slug }: CollectionInfo) =>
    kind === "secret" ||
    own.includes("admin") ||
    ["public", ...own].some((role) => cellOf(rulesFor(rules, role, slug, "read")).state !== "closed");
  // Those that people made, before the users and organizations.
  const made = [...collections].sort((a, b) => Number(a.system !== undefined) - Number(b.system !== undefined));
  return made.find((one) => (scope?.includes(one.slug) ?? true) && isReadable(one));
}
