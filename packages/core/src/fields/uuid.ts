import { invalid } from "../errors.ts";
import type { Json } from "../json.ts";
import { compareScalars } from "./compare.ts";
import type { FieldTypeDefinition } from "./definition.ts";
import type { Field } from "./field.ts";
import { trimmedCell } from "./string.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
export const UUID_PATTERN = "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$";

/** What a UUID shares with a reference, which is the id of an item. */
export const UUID_BASE = {
  storage: "uuid",
  coerce(_field: Field, value: Json, path: string): string {
    if (!isUuid(value)) throw invalid(path, "expected a UUID such as 018f4e9a-5c1e-7b3a-9c2d-0123456789ab");
    return value.toLowerCase();
  },
  compare: compareScalars,
  variables: ["user.id", "user.claims", "user.orgs", "org.id", "workspace.id"],
  aggregates: [],
  unique: true,
  unique_together: true,
  indexed: true,
  sorted: true,
  grouped: true,
  readCell: trimmedCell,
  rowSchema: () => ({ type: "string", format: "uuid" }),
  inputSchema: () => ({ type: "string", pattern: UUID_PATTERN }),
} as const satisfies Partial<FieldTypeDefinition>;

/** A UUID in lower case. */
export const uuid: FieldTypeDefinition = Object.freeze({
  ...UUID_BASE,
  name: "uuid",
  kind: "uuid",
  settings: [],
  defaults: ["$uuid"],
  operators: ["order"],
  infer: { cell: isUuid, value: isUuid },
} satisfies FieldTypeDefinition);

export function isUuid(value: unknown): value is string {
  return typeof value === "string" && UUID.test(value);
}
