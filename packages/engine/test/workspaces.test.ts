/** Deleted workspaces: what is left of one, and what happens to the others. */
import { expect, test } from "bun:test";
import { OPERATORS_POOL_ID, type SqlDriver, type SqlValue } from "@plinth/core";
import { changeWorkspaceQueries, findWorkspace, purgeRows } from "@plinth/db";
import { declaredTables } from "@plinth/db/testing";
import {
  amongOperators,
  archiveWorkspace,
  contextOf,
  createCollection,
  createItems,
  createUser,
  createWorkspace,
  deleteWorkspace,
  FEATURES,
  listSecurityLog,
  listWorkspaces,
  type RequestContext,
  restoreWorkspace,
  unarchiveWorkspace,
  updateCollection,
  updateWorkspace,
  type Workspace,
} from "../src/index.ts";
import { bearer, codeOf, openWorld, type World } from "./identity-support.ts";
import { type LogDatabases, onEachDatabase } from "./log-world.ts";

const DAY_MS = 86_400_000;
const TABLES = FEATURES.flatMap((feature) => feature.tables ?? []);
const [purge] = FEATURES.find(({ name }) => name === "workspaces")!.schedules!;

await onEachDatabase("workspaces", suite);

function suite(kind: LogDatabases): void {
  async function open(): Promise<{ world: World; operator: RequestContext }> {
    const world = await openWorld((await kind.createMigrated())(), FEATURES);
    return { world, operator: await world.ctx(bearer(await world.account("operator@example.com"))) };
  }

  test("nothing of a purged one is left in any table, whatever is killed in between, and all of the others", async () => {
    const { world, operator } = await open();
    const { driver, engine } = world;
    const acme = await filled(world, operator, "acme");
    const other = await filled(world, operator, "other");
    const before = await rowsNaming(driver, other.id);
    await deleteWorkspace(operator, "acme", { confirm: "acme" });
    expect(await codeOf(() => engine.catalogs.get(driver, acme.id))).toBe("NOT_FOUND");

    world.pass(6 * DAY_MS);
    while (await purge!.run(engine, driver));
    await restoreWorkspace(operator, "acme");
    expect((await engine.catalogs.get(driver, acme.id)).collections.size).toBe(4);
    await deleteWorkspace({ ...operator, now: engine.clock.now() }, acme.id, { confirm: "acme" });

    world.pass(8 * DAY_MS);
    // Every second process dies in the middle of its step.
    for (let more = true, runs = 0; more; runs++) {
      more = await purge!.run(engine, runs % 2 === 0 ? dying(driver) : driver);
      if (runs % 2 === 0) more = true;
      if (runs === 1) expect(await codeOf(() => restoreWorkspace(operator, "acme"))).toBe("CONFLICT");
      expect(runs).toBeLessThan(100);
    }

    const left = await rowsNaming(driver, acme.id);
    expect(left.filter(({ table }) => table !== "plinth_security_log")).toEqual([]);
    const tables = (await tablesOf(driver)).filter((table) => table.includes(acme.id.slice(-12)));
    expect(tables).toEqual([]);
    expect((await listWorkspaces(operator, { limit: 50 })).data.map(({ slug }) => slug)).toEqual(["default", "other"]);
    expect(await rowsNaming(driver, other.id)).toEqual(before);
    const { data } = await listSecurityLog(amongOperators(operator), { target: `workspace:${acme.id}`, limit: 50 });
    expect(data.map(({ type }) => type)).toEqual([
      "workspace_purge",
      "workspace_delete",
      "workspace_restore",
      "workspace_delete",
      "workspace_create",
    ]);
    // The slug is held, as old links name it, and then free again.
    const again = { slug: "acme", name: "Acme again" };
    expect(await codeOf(() => createWorkspace({ ...operator, now: engine.clock.now() }, again))).toBe("CONFLICT");
    world.pass(91 * DAY_MS);
    await createWorkspace({ ...operator, now: engine.clock.now() }, again);
  });

  test("no step deletes more rows than it may, those included that go with another", async () => {
    const { world, operator } = await open();
    const { driver } = world;
    const { id } = await createWorkspace(operator, { slug: "acme", name: "Acme" });
    const run = (sql: string) => driver.run({ sql, params: [] });
    await run(
      `insert into plinth_functions (id, workspace_id, name, active_version, created_at, updated_at) values ('f', '${id}', 'f', 3, 0, 0)`,
    );
    await run(
      `insert into plinth_functions_versions (function_id, version, workspace_id, source, settings, created_at) values ('f', 1, '${id}', '', '', 0), ('f', 2, '${id}', '', '', 0), ('f', 3, '${id}', '', '', 0)`,
    );
    const count = async (table: string) =>
      Number((await driver.all({ sql: `select count(*) as n from ${table}`, params: [] }))[0]!.n);
    const left = [];
    for (let steps = 0; steps < 4; steps++) {
      await purgeRows(driver, id, TABLES, 1);
      left.push([await count("plinth_functions"), await count("plinth_functions_versions")]);
    }
    expect(left).toEqual([
      [1, 2],
      [1, 1],
      [1, 0],
      [0, 0],
    ]);
  });

  test("a new name stays where somebody who has read the old one archives the workspace", async () => {
    const { world, operator } = await open();
    const { driver } = world;
    await createWorkspace(operator, { slug: "acme", name: "Acme" });
    const before = (await findWorkspace(driver, "acme"))!;
    await driver.batch(changeWorkspaceQueries(driver, before, { ...before, name: "Apex" }));
    await driver.batch(
      changeWorkspaceQueries(driver, before, { ...before, archivedAt: new Date(1), archivedBy: "server" }),
    );
    expect(await findWorkspace(driver, "acme")).toMatchObject({ name: "Apex", archivedAt: new Date(1) });
  });

  test("another server notices within two seconds that one is archived, renamed or deleted", async () => {
    const { world, operator } = await open();
    const { driver, replica } = world;
    const { id } = await createWorkspace(operator, { slug: "acme", name: "Acme" });
    const there = () => codeOf(() => replica.catalogs.get(driver, id));
    const named = (slug: string) => codeOf(() => world.who({ "x-plinth-workspace": slug }, replica));
    expect([await there(), await named("acme"), await named("apex")]).toEqual([undefined, undefined, "NOT_FOUND"]);
    await archiveWorkspace(operator, "acme");
    world.pass(2000);
    expect(await there()).toBe("WORKSPACE_ARCHIVED");
    await unarchiveWorkspace(operator, "acme");
    await updateWorkspace(operator, "acme", { slug: "apex" });
    world.pass(2000);
    expect([await there(), await named("acme"), await named("apex")]).toEqual([undefined, "NOT_FOUND", undefined]);
    await deleteWorkspace(operator, "apex", { confirm: "apex", graceDays: 0 });
    world.pass(2000);
    expect(await there()).toBe("NOT_FOUND");
  });
}

/** A workspace with rows in all tables, and collections that refer to each other in a circle and to themselves. */
async function filled({ engine, driver }: World, operator: RequestContext, slug: string): Promise<Workspace> {
  const made = await createWorkspace(operator, { slug, name: slug });
  const within = async (): Promise<RequestContext> => {
    const principal = { ...operator.principal, workspaceId: made.id };
    return contextOf(engine, driver, principal, await engine.catalogs.get(driver, made.id));
  };
  await createCollection(await within(), { slug: "teams", kind: "managed", fields: [{ name: "n", type: "integer" }] });
  await createCollection(await within(), {
    slug: "people",
    kind: "managed",
    fields: [{ name: "team", type: "relation", to: "teams" }],
  });
  await updateCollection(await within(), "teams", { fields: [{ name: "lead", type: "relation", to: "people" }] });
  await createCollection(await within(), { slug: "trees", kind: "managed", fields: [{ name: "n", type: "integer" }] });
  await updateCollection(await within(), "trees", { fields: [{ name: "parent", type: "relation", to: "trees" }] });
  const [team] = (await createItems(await within(), "teams", [{ n: 1 }])) as { id: string }[];
  const [person] = (await createItems(await within(), "people", [{ team: team!.id }])) as { id: string }[];
  await createItems(await within(), "teams", [{ n: 2, lead: person!.id }]);
  const [root] = (await createItems(await within(), "trees", [{ n: 1 }])) as { id: string }[];
  await createItems(await within(), "trees", [{ n: 2, parent: root!.id }]);
  const user = await createUser(await within(), { email: `ann@${slug}.example`, name: "Ann" });
  await fillTables(driver, made.id, user.id);
  // A row of the operators' pool that refers to the workspace.
  await driver.run({
    sql: `insert into plinth_invitations (id, workspace_id, email, roles, hash, created_at, expires_at, member_of)
      values ('i ${slug}', '${OPERATORS_POOL_ID}', 'x@example.com', '["viewer"]', 'h ${slug}', 0, 0, '${made.id}')`,
    params: [],
  });
  return made;
}

/** A row of the workspace in each of Plinth's tables that has none. */
async function fillTables(driver: SqlDriver, workspaceId: string, userId: string): Promise<void> {
  const tables = Object.entries(declaredTables(driver, TABLES));
  // Others refer to these.
  const first = [
    ...["plinth_sessions", "plinth_webhooks", "plinth_jobs", "plinth_functions", "plinth_flows", "plinth_runs"],
    "plinth_flows_approvals",
  ];
  tables.sort(([a], [b]) => Number(first.includes(b)) - Number(first.includes(a)));
  const ofWorkspace = { sql: `select id from plinth_collections where workspace_id = '${workspaceId}'`, params: [] };
  const [collection] = await driver.all(ofWorkspace);
  for (const [table, { columns }] of tables) {
    if (!("workspace_id" in columns)) continue;
    const count = `select count(*) as n from ${table} where workspace_id = '${workspaceId}'`;
    const [found] = await driver.all({ sql: count, params: [] });
    if (Number(found!.n) > 0) continue;
    const given: Record<string, SqlValue> = {
      workspace_id: workspaceId,
      user_id: userId,
      body: "{}",
      session_id: `plinth_sessions.id ${userId}`,
      webhook_id: `plinth_webhooks.id ${userId}`,
      job_id: `plinth_jobs.id ${userId}`,
      function_id: `plinth_functions.id ${userId}`,
      flow_id: `plinth_flows.id ${userId}`,
      approval_id: `plinth_flows_approvals.id ${userId}`,
      run_id: `plinth_runs.id ${userId}`,
      collection_id: String(collection!.id),
    };
    const own = Object.entries(columns).filter(([name, type]) => type.includes("not null") && name !== "seq");
    const values = own.map(
      ([name, type]) => given[name] ?? (type.startsWith("text") ? `${table}.${name} ${userId}` : 1),
    );
    const marks = values.map((_, i) => (driver.dialect === "postgres" ? `$${i + 1}` : "?"));
    const sql = `insert into ${table} (${own.map(([name]) => name).join(", ")}) values (${marks.join(", ")})`;
    await driver.run({ sql, params: values });
  }
}

async function tablesOf(driver: SqlDriver): Promise<string[]> {
  const sql =
    driver.dialect === "postgres"
      ? "select table_name as name from information_schema.tables where table_schema = 'public'"
      : "select name from sqlite_schema where type = 'table' and name not like 'sqlite%' and name not like '\\_cf%' escape '\\'";
  return (await driver.all({ sql, params: [] })).map(({ name }) => String(name)).sort();
}

/** All rows of the database that contain a text. */
async function rowsNaming(driver: SqlDriver, text: string): Promise<{ table: string; row: string }[]> {
  const found: { table: string; row: string }[] = [];
  for (const table of await tablesOf(driver)) {
    for (const row of await driver.all({ sql: `select * from "${table}"`, params: [] })) {
      const json = JSON.stringify(row, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value));
      if (json.includes(text)) found.push({ table, row: json });
    }
  }
  return found.toSorted((a, b) => (a.table + a.row < b.table + b.row ? -1 : 1));
}

/** The same database, to a process that dies in its next batch. */
function dying(driver: SqlDriver): SqlDriver {
  const batch: SqlDriver["batch"] = async (queries) => {
    // All but the last statement were sent.
    const killed = { sql: "select this_is_no_column", params: [] };
    return driver.batch([...queries.slice(0, -1), killed]);
  };
  return Object.assign(Object.create(driver) as SqlDriver, { batch });
}
