import type { JsonObject } from "@plinth/core";
import type { Caller } from "../case.ts";
import { CALLERS } from "../case.ts";
import { fillWorld } from "../generate/data.ts";
import { filterOf } from "../generate/filters.ts";
import { collectionOf, type Model, someId, storedFields } from "../generate/model.ts";
import { aggregateOf, listParameters } from "../generate/reads.ts";
import { ruleOf, ruleWorld } from "../generate/rules.ts";
import { changeWorld, defineWorld } from "../generate/schema.ts";
import { someValue } from "../generate/values.ts";
import { writeOf } from "../generate/writes.ts";
import { Random } from "../random.ts";
import type { LiveCase, LiveOperation } from "./case.ts";

/** A world as every case has it, some who follow it, and steps that each may change what they see. */
export function generateLive(seed: number): LiveCase {
  const random = new Random(seed);
  const model: Model = {
    random,
    collections: new Map(),
    ids: new Map(),
    taken: new Map(),
    tame: random.chance(0.8),
    vast: random.chance(0.1),
    crowded: false,
    timeless: true,
    owned: 0.4,
    noise: 0,
    operations: [],
  };
  defineWorld(model);
  ruleWorld(model);
  readable(model);
  fillWorld(model);
  const operations: LiveOperation[] = [...model.operations];
  const followers = random.int(4, 9);
  // Two with the same roles, who differ only in who they are.
  if (random.chance(0.5)) operations.push({ do: "roles", user: "bob", roles: ["editor"] });
  const follows: Follow[] = [];
  for (let i = 0; i < followers; i++) {
    // The same beside somebody else, who may see something else of it.
    const twin = follows.length > 0 && random.chance(0.3) ? random.pick(follows) : undefined;
    follows.push(twin ? { ...twin, as: TWIN[twin.as] } : followOf(model));
  }
  operations.push(...follows);
  for (let steps = random.int(8, 30); steps > 0; steps--) operations.push(...stepOf(model, followers));
  const page = random.pick([2, 5, 500, 500, 500]);
  const spare = random.pick([0, 0, 1, 2]);
  return JSON.parse(JSON.stringify({ seed, page, spare, operations })) as LiveCase;
}

type Follow = Extract<LiveOperation, { do: "follow" | "watch" }>;

const TWIN: Record<Caller, Caller> = { alice: "bob", bob: "alice", admin: "alice", anonymous: "bob" };

/** Most collections are open to most users in some way; else there would be little to see. */
function readable(model: Model): void {
  const { random } = model;
  for (const definition of model.collections.values()) {
    if (random.chance(0.3)) {
      const rule = { collection: definition.slug, role: "authenticated", action: "read", condition: OWN };
      model.operations.push({ do: "rule", rule });
    } else if (random.chance(0.7)) {
      const rule = { ...ruleOf(model, definition, "read", "allow", random.chance(0.3)), role: "public" };
      model.operations.push({ do: "rule", rule });
    }
  }
}

const OWN = { owner_id: "$user.id" };

function follower({ random }: Model): Caller {
  return random.chance(0.25) ? "admin" : random.pick(CALLERS);
}

function followOf(model: Model): Follow {
  const { random } = model;
  const collection = random.pick([...model.collections.keys()]);
  const definition = collectionOf(model, collection);
  const as = follower(model);
  if (random.chance(0.45)) {
    return { do: "watch", as, collection, ...(random.chance(0.6) && { filter: filterOf(model, definition) }) };
  }
  if (random.chance(0.3)) return { do: "follow", as, query: { collection, ...aggregateOf(model, definition) } };
  const { offset: _offset, meta: _meta, ...query } = listParameters(model, definition);
  if (random.chance(0.4)) return { do: "follow", as, query: { collection, ...shortOf(model, query as JsonObject) } };
  return { do: "follow", as, query: { collection, ...(query as JsonObject) } };
}

/** A window that is smaller than its collection, which rows leave and others follow into. */
function shortOf({ random }: Model, { fields, sort, filter }: JsonObject): JsonObject {
  const plain = typeof sort === "string" && !/[.(]/.test(sort);
  return {
    ...(fields !== undefined && { fields }),
    ...(plain && { sort }),
    ...(filter !== undefined && random.chance(0.3) && { filter }),
    limit: random.int(2, 4),
  };
}

function stepOf(model: Model, followers: number): LiveOperation[] {
  const { random } = model;
  const who = random.int(0, followers - 1);
  const writes = (count: number): LiveOperation[] => random.times(count, () => writeOf(model));
  return random.weighted<LiveOperation[]>([
    [14, () => writes(1)],
    [3, () => [rawOf(model)]],
    [2, () => [ruleStep(model)]],
    [0.7, () => schemaStep(model)],
    [1, () => [{ do: "roles", user: random.pick(["alice", "bob"] as const), roles: rolesOf(model) }]],
    [0.7, () => [{ do: "revoke", who }]],
    [1.5, () => [{ do: "lag", who }, ...writes(1)]],
    [1.5, () => [{ do: "leave", who }, ...writes(random.int(1, 4)), ...aside(model), { do: "return", who }]],
    [2, () => [{ do: "at once", writers: 5 }, ...writes(5)]],
  ]);
}

/** What else happens while somebody is away. */
function aside(model: Model): LiveOperation[] {
  const { random } = model;
  return [
    ...(random.chance(0.15) ? [ruleStep(model), writeOf(model)] : []),
    ...(random.chance(0.15) ? [{ do: "trim" } as const] : []),
  ];
}

function schemaStep(model: Model): LiveOperation[] {
  const before = model.operations.length;
  changeWorld(model);
  return model.operations.splice(before);
}

function rolesOf({ random }: Model): string[] {
  return random.chance(0.1) ? ["admin"] : random.some(["editor"], 0.5);
}

function ruleStep(model: Model): LiveOperation {
  const { random } = model;
  const definition = collectionOf(model, random.pick([...model.collections.keys()]));
  const effect = random.chance(0.75) ? "allow" : "deny";
  const rule = ruleOf(model, definition, "read", effect, random.chance(0.3));
  if (random.chance(0.5)) return { do: "rule", rule };
  return { do: "change rule", at: random.int(0, 30), ...(random.chance(0.6) && { rule }) };
}

/** Only what any engine takes as it is. */
const PLAIN: ReadonlySet<string> = new Set(["text", "longtext", "integer", "boolean", "relation"]);

function rawOf(model: Model): LiveOperation {
  const { random } = model;
  const collection = random.pick([...model.collections.keys()]);
  const id = someId(model, collection);
  const fields = storedFields(collectionOf(model, collection)).filter(({ type, unique }) => PLAIN.has(type) && !unique);
  if (fields.length === 0 || random.chance(0.2)) return { do: "raw", collection, id, remove: true };
  if (random.chance(0.15)) return { do: "raw", collection, id, set: ["version", random.int(1, 9)] };
  const field = random.pick(fields);
  const all = random.chance(0.15);
  return { do: "raw", collection, ...(!all && { id }), set: [field.name, someValue(model, field)] };
}
