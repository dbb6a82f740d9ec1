import { PlinthError } from "@plinth/core";
import type { Catalog } from "./catalog.ts";

/** Every server keeps a workspace's catalog in its memory, and lists of it come whole. */
const MOST = { collections: 2000, roles: 1000, rules: 10_000 } as const;

/** Throws where the workspace cannot have this many more. */
export function requireCatalogRoom(catalog: Catalog, kind: keyof typeof MOST, more = 1): void {
  const held = kind === "rules" ? catalog.rules.length : catalog[kind].size;
  if (held + more <= MOST[kind]) return;
  throw new PlinthError("LIMIT_EXCEEDED", `A workspace can have at most ${MOST[kind]} ${kind}.`);
}
