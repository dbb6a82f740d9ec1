import {
  ACTIONS,
  ERRORS,
  type ErrorCode,
  FIELD_TYPE_NAMES,
  type Json,
  OPERATORS,
  ROLE_ADMIN,
  SYSTEM_COLLECTIONS,
} from "@plinth/core";
import { createCollectionSchema, createRuleSchema, fieldSchema } from "@plinth/engine";
import {
  ANY_OBJECT,
  COUNT,
  FLAG,
  INSTANT,
  type JsonSchema,
  listOf,
  nullable,
  object,
  ref,
  TEXT,
  UUID,
} from "../../../http/openapi/json-schema.ts";
import { schemaOf } from "../../../http/openapi/zod-schema.ts";
import { responseName } from "../../../http/operations.ts";

/** Schemas that do not depend on the workspace. Their names begin with a capital, those of collections do not. */
export function staticSchemas(): Record<string, JsonSchema> {
  const rule = schemaOf(createRuleSchema);
  const definition = schemaOf(createCollectionSchema).properties as Record<string, JsonSchema>;
  const { owner_scoped: _, ...readable } = definition;
  return {
    Error: object({
      error: object({
        code: ref("ErrorCode"),
        message: { type: "string", description: "For people; it may change." },
        "details?": { ...ref("ErrorDetails") },
        request_id: TEXT,
      }),
    }),
    ErrorCode: { type: "string", enum: Object.keys(ERRORS) },
    ErrorDetails: {
      ...object({
        "field?": { type: "string", description: "The dotted name of what is wrong" },
        "issues?": listOf(object({ field: TEXT, message: TEXT, "code?": ref("ErrorCode") })),
      }),
      additionalProperties: true,
    },
    Filter: {
      type: "object",
      description: `Conditions by field: \`{"year": {"_gte": 1990}, "$or": [{"genre": "Drama"}, {"director.name": {"_contains": "Hitch"}}]}\`. Operators: ${OPERATORS.join(", ")}; combinators: $and, $or, $not. A text that looks like a variable is written \`{"$literal": "$5"}\`.`,
      additionalProperties: true,
    },
    Field: schemaOf(fieldSchema),
    Collection: {
      ...object({
        id: UUID,
        slug: TEXT,
        kind: { type: "string", enum: ["managed", "document"] },
        fields: listOf(ref("Field")),
        ...Object.fromEntries(
          ["unique_together", "indexes", "indexed_paths", "default_sort", "note"].map((name) => [
            `${name}?`,
            readable[name]!,
          ]),
        ),
        system_fields: listOf(object({ name: TEXT, type: { type: "string", enum: [...FIELD_TYPE_NAMES] } })),
        "system?": { type: "string", enum: [...SYSTEM_COLLECTIONS], description: "Plinth makes and keeps the items" },
        version: COUNT,
        created_at: INSTANT,
      }),
    },
    Rule: {
      type: "object",
      properties: { id: UUID, ...(rule.properties as Record<string, JsonSchema>) },
      required: ["id", ...Object.keys(rule.properties as object)],
    },
    Decision: object({
      allowed: FLAG,
      decision: { type: "string", enum: ["allow", "deny", "undecided"] },
      reason: TEXT,
      deciding_rule: {
        ...nullable(object({ id: TEXT, role: TEXT, effect: { type: "string", enum: ["allow", "deny"] } })),
        description: "The rule that allows, or that takes away what others allow; null where no single one does",
      },
      roles: listOf(TEXT),
      bypass: { type: "boolean", description: `True for the role ${ROLE_ADMIN}: no rule is consulted.` },
      matched_rules: listOf({
        allOf: [
          ref("Rule"),
          object({
            "matches?": FLAG,
            "failed?": {
              ...listOf(object({ condition: nullable(ANY_OBJECT), message: TEXT })),
              description: "The parts of its condition, or of its check, that do not hold",
            },
          }),
        ],
      }),
      variables: { type: "object", additionalProperties: true },
      fields: { ...nullable(listOf(TEXT)), description: "Null for all" },
      where: { ...nullable(TEXT), description: "The condition as SQL; null for none" },
      parameters: { type: "array", items: {}, description: "The values of its placeholders, in order" },
      item_matches: nullable(FLAG),
    }),
    Action: { type: "string", enum: [...ACTIONS] },
    Item: {
      type: "object",
      properties: { id: UUID, created_at: INSTANT, updated_at: INSTANT, owner_id: nullable(TEXT), version: COUNT },
      required: ["id"],
      additionalProperties: true,
    },
    Meta: object({ "filter_count?": COUNT, "total_count?": COUNT }),
    ImportResult: importResult(),
  };
}

function importResult(): JsonSchema {
  const error = object({ code: ref("ErrorCode"), message: TEXT, "field?": TEXT });
  return object({
    total: COUNT,
    inserted: COUNT,
    "updated?": COUNT,
    "ignored?": COUNT,
    failed: COUNT,
    errors: listOf(object({ row: COUNT, line: COUNT, error })),
    "errors_truncated?": { const: true },
    "ignored_fields?": listOf(TEXT),
    "skipped_fields?": listOf(TEXT),
    "did_you_mean?": { type: "object", additionalProperties: TEXT },
    "written?": COUNT,
    "stopped?": object({ "row?": COUNT, "line?": COUNT, error }),
    dry_run: FLAG,
  });
}

export const SECURITY_SCHEMES: Record<string, Json> = {
  apiKey: {
    type: "apiKey",
    in: "header",
    name: "x-api-key",
    description:
      "A publishable (`pk_live_…`), secret (`sk_live_…`) or scoped (`rk_live_…`) key. The header `apikey` is the same.",
  },
  bearer: {
    type: "http",
    scheme: "bearer",
    description: "A session token, as sign-in gives it, or an API key.",
  },
  cookie: {
    type: "apiKey",
    in: "cookie",
    name: "better-auth.session_token",
    description: "The session cookie that sign-in sets. Behind https its name begins with `__Host-`.",
  },
};

/** One response per status; the codes that come with it are in its description. */
export function errorResponses(): Record<string, Json> {
  const byStatus = Map.groupBy(Object.keys(ERRORS) as ErrorCode[], (code) => ERRORS[code].status);
  return Object.fromEntries(
    [...byStatus].map(([status, codes]) => [
      responseName(status),
      {
        description: codes.map((code) => `\`${code}\`: ${ERRORS[code].message}`).join("\n\n"),
        content: { "application/json": { schema: ref("Error") } },
      },
    ]),
  );
}
