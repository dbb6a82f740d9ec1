import type { Field } from "@plinth/core";
import { useWorkspace } from "../../api/workspace.ts";
import type { Rows } from "./use-rows.ts";

/** Rows in which a field is looked for. */
const LOOKED_AT = 100;

/** The fields of which the rows have anything: those that are hidden from whoever the operator views as are in none. */
export function useSeenFields(fields: readonly Field[], { pages }: Rows): readonly Field[] {
  const { viewing } = useWorkspace();
  if (viewing === undefined || pages.count === 0) return fields;
  const rows = Array.from({ length: Math.min(LOOKED_AT, pages.count) }, (_, index) => pages.at(index) ?? []).flat();
  return rows.length === 0 ? fields : fields.filter(({ name }) => rows.some((row) => name in row));
}
