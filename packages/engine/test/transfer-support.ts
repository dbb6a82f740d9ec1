import { bunSqlite } from "@plinth/adapters-sqlite/bun";
import {
  anonymous,
  type Config,
  DEFAULT_WORKSPACE_ID,
  type Json,
  type Log,
  type Principal,
  type SqlDriver,
} from "@plinth/core";
import { migrate } from "@plinth/db";
import type { Format, ImportResult } from "@plinth/formats";
import { bytesOf } from "@plinth/formats/testing";
import {
  contextOf,
  createCollection,
  createCollectionSchema,
  createEngine,
  exportItems,
  type ImportOptions,
  importItems,
  listItems,
  type RequestContext,
} from "../src/index.ts";
import type { CreateCollection } from "../src/schema/definition.ts";
import { listIn } from "./texts.ts";

export const ADMIN: Principal = {
  ...anonymous(DEFAULT_WORKSPACE_ID),
  kind: "key",
  bypass: true,
  roles: ["admin", "public"],
};

export function userOf(id: string): Principal {
  return { ...anonymous(DEFAULT_WORKSPACE_ID), kind: "user", id, roles: ["authenticated", "public"] };
}

export interface World {
  driver: SqlDriver;
  ctx(principal?: Principal): Promise<RequestContext>;
  pass(ms: number): void;
  create(definition: Partial<CreateCollection> & { slug: string }): Promise<void>;
  importText(
    slug: string,
    text: string | AsyncIterable<Uint8Array>,
    options: ImportOptions,
    as?: Principal,
  ): Promise<ImportResult>;
  exportText(slug: string, format: Format, input?: { readonly [name: string]: Json }, as?: Principal): Promise<string>;
  list(slug: string, input?: { readonly [name: string]: Json }): Promise<Record<string, unknown>[]>;
}

const silent = (): void => {};
const log: Log = { debug: silent, info: silent, warn: silent, error: silent };

export async function openWorld(
  wrap: (driver: SqlDriver) => SqlDriver = (driver) => driver,
  path = ":memory:",
): Promise<World> {
  const driver = wrap(bunSqlite({ path }));
  let passed = 0;
  const clock = { now: () => Date.now() + passed };
  await migrate(driver, clock.now);
  const engine = createEngine({
    config: {
      maxLimit: 1000,
      maxScan: 1_000_000,
      maxAnswerBytes: 16_777_216,
      statementTimeoutMs: 30_000,
      idempotencyKeepHours: 24,
      filesKeepDeletedHours: 24,
      imagesMaxPixels: 50_000_000,
      imagesMaxBytes: 33_554_432,
      imagesAtOnce: 2,
    } as Config,
    clock,
    log,
  });
  const world: World = {
    driver,
    pass(ms) {
      passed += ms;
    },
    async ctx(principal = ADMIN) {
      engine.catalogs.forget(principal.workspaceId);
      const catalog = await engine.catalogs.get(driver, principal.workspaceId);
      return contextOf(engine, driver, principal, catalog);
    },
    async create(definition) {
      await createCollection(await world.ctx(), createCollectionSchema.parse(definition));
    },
    async importText(slug, text, options, as) {
      const source = typeof text === "string" ? bytesOf(text) : text;
      return importItems(await world.ctx(as), slug, source, options);
    },
    async exportText(slug, format, input = {}, as) {
      const pieces = await exportItems(await world.ctx(as), slug, { format, input: listIn(input) });
      let text = "";
      for await (const piece of pieces) text += piece;
      return text;
    },
    async list(slug, input = { limit: 1000, sort: "id" }) {
      return (await listItems(await world.ctx(), slug, listIn(input))).data as Record<string, unknown>[];
    },
  };
  return world;
}

/** A collection with a field of each kind that a file can fill. */
export const EVERYTHING = {
  slug: "things",
  fields: [
    { name: "title", type: "text", required: true },
    { name: "pages", type: "integer" },
    { name: "score", type: "number" },
    { name: "price", type: "decimal" },
    { name: "open", type: "boolean", default: true },
    { name: "tags", type: "json" },
    { name: "made", type: "date" },
    { name: "seen", type: "timestamp" },
    { name: "code", type: "text", unique: true },
    { name: "size", type: "enum", values: ["s", "m"] },
  ],
} as const;

export const things = async () => {
  const world = await openWorld();
  await world.create(EVERYTHING as never);
  return world;
};
