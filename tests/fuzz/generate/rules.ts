import { ACTIONS, type Action, type CollectionDefinition, type Json, type JsonObject } from "@plinth/core";
import { filterOf } from "./filters.ts";
import { fieldsOf, type Model, storedFields } from "./model.ts";
import { JSON_KEYS, someValue } from "./values.ts";

const ROLES = ["public", "public", "authenticated", "authenticated", "editor"];

/** What the callers who are not the administrator may do; some collections stay closed. */
export function ruleWorld(model: Model): void {
  const { random } = model;
  for (const definition of model.collections.values()) {
    const usual = ACTIONS.filter((action) => random.chance(action === "read" ? 0.85 : 0.75));
    for (const action of usual) push(model, ruleOf(model, definition, action, "allow", random.chance(0.6)));
    for (let more = random.int(0, 3); more > 0; more--) {
      const effect = random.chance(0.75) ? "allow" : "deny";
      push(model, ruleOf(model, definition, random.pick(ACTIONS), effect, random.chance(0.3)));
    }
  }
}

function push(model: Model, rule: JsonObject): void {
  model.operations.push({ do: "rule", rule });
}

export function ruleOf(
  model: Model,
  definition: CollectionDefinition,
  action: Action,
  effect: string,
  open: boolean,
): JsonObject {
  const { random } = model;
  const writes = action === "create" || action === "update";
  const presets = action === "create" && effect === "allow" && random.chance(0.3);
  return {
    role: random.pick(ROLES),
    collection: definition.slug,
    action,
    effect,
    condition: open ? null : conditionOf(model, definition),
    fields: random.chance(0.3) ? fieldList(model, definition) : null,
    ...(writes && effect === "allow" && random.chance(0.3) && { check: conditionOf(model, definition) }),
    ...(presets && { presets: presetsOf(model, definition) }),
  };
}

function conditionOf(model: Model, definition: CollectionDefinition): JsonObject {
  return model.random.chance(0.4) ? { owner_id: "$user.id" } : filterOf(model, definition, 2);
}

function fieldList(model: Model, definition: CollectionDefinition): string[] {
  const names = fieldsOf(definition).map((field) => field.name);
  if (definition.kind === "document") names.push(...JSON_KEYS);
  const some = model.random.some(names, 0.7);
  return some.length > 0 ? some : ["id"];
}

function presetsOf(model: Model, definition: CollectionDefinition): JsonObject {
  const { random } = model;
  const presets = random
    .some(storedFields(definition), 0.3)
    .map((field): [string, Json] => [field.name, someValue(model, field)]);
  if (random.chance(0.5)) presets.push(["owner_id", "$user.id"]);
  return Object.fromEntries(presets);
}
