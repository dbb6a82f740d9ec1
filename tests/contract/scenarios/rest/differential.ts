import {
  type Collection,
  type CollectionDefinition,
  evaluate,
  FilterParser,
  FULL_ACCESS,
  type JsonObject,
  PlinthError,
  type RelationRef,
  toCollection,
} from "@plinth/core";
import { as } from "../../as.ts";
import { makersDefinition, things, thingsDefinition } from "../../fixtures/things.ts";
import { randomFilter, seeded } from "../../random-filters.ts";
import { items, type Scenario } from "../../scenario.ts";
import type { World } from "../../world.ts";

const FILTERS = 60;
const SEEDS = [1, 20_260_801] as const;

const identity = { workspaceId: "w", version: 1, table: "t", createdAt: "" };
const definitionOf = (definition: unknown) => ({ kind: "managed", ...(definition as object) }) as CollectionDefinition;
const makersCollection = toCollection(definitionOf(makersDefinition), { id: "makers", ...identity });
const thingsCollection = toCollection(definitionOf(thingsDefinition), { id: "things", ...identity });

const variables = {
  "user.id": null,
  "user.email": null,
  "user.verified_email": null,
  "user.roles": [],
  "user.claims": {},
  "user.orgs": [],
  "org.id": null,
  "org.role": null,
  "workspace.id": "w",
  now: "2024-06-01T00:00:00.000Z",
};

/** What the in-memory evaluator says: ids in order, or the code of the refusal. */
function inMemory(filter: JsonObject, rows: readonly JsonObject[], makers: readonly JsonObject[]): string {
  const parser = new FilterParser({
    mode: "slots",
    relation: (_: Collection, field) => ({ field, target: makersCollection, policy: FULL_ACCESS }),
  });
  try {
    const { condition } = parser.parse(thingsCollection, filter);
    const bindings = { values: parser.values, variables };
    const related = ({ field }: RelationRef, from: JsonObject) =>
      makers.filter((maker) => maker.id === from[field.name]);
    return rows
      .filter((row) => evaluate(condition, row, bindings, related))
      .map((row) => row.n)
      .join();
  } catch (error) {
    if (error instanceof PlinthError) return `${error.status} ${error.code}`;
    throw error;
  }
}

async function overHttp(world: World, filter: JsonObject): Promise<string> {
  const reply = await world.send(as.secretKey, items("things", { filter, sort: "n", fields: "n", limit: "100" }));
  const { data, error } = reply.json as { data?: { n: number }[]; error?: { code: string } };
  return data ? data.map(({ n }) => n).join() : `${reply.status} ${error?.code}`;
}

/** Random filters must find the same rows in the database and in memory. */
export const differentialOf = (seed: number): Scenario => ({
  name: `differential: ${FILTERS} random filters, seed ${seed}`,
  as: as.secretKey,
  needs: [things],
  request: items("things", { limit: "100", sort: "n" }),
  expect: { status: 200, excludes: ['"error"'] },
  async verify(reply, world) {
    const { data: rows } = reply.json as { data: JsonObject[] };
    const { data: makers } = (await world.must(as.secretKey, items("makers"))) as { data: JsonObject[] };
    const random = seeded(seed);
    const wrong: string[] = [];
    for (let i = 0; i < FILTERS; i++) {
      const filter = randomFilter(random);
      const [found, expected] = [await overHttp(world, filter), inMemory(filter, rows, makers)];
      if (found !== expected)
        wrong.push(`${JSON.stringify(filter)}: database ${found || "none"}, memory ${expected || "none"}`);
    }
    if (wrong.length > 0)
      throw new Error(`seed ${seed}: ${wrong.length} of ${FILTERS} differ:\n    ${wrong.slice(0, 5).join("\n    ")}`);
  },
});

export const scenarios: Scenario[] = SEEDS.map(differentialOf);
