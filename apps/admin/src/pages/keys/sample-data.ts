import type { FillSample } from "../../app/sample-data.ts";

/** A scoped key that a rule lets read, and no rule lets write. */
export const fillSample: FillSample = async (api, { collection }) => {
  const scope = { roles: [], actions: ["read", "create"], collections: [collection] };
  const { data } = await api("/keys", { kind: "scoped", name: "Price list", ...scope });
  return { scoped: data.id };
};
