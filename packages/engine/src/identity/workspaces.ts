import { type Awaitable, isUuid, PlinthError, type SqlDriver, SYSTEM_ROLES, uuidv7, whenDone } from "@plinth/core";
import {
  createUsersCollection,
  findWorkspaceId,
  findWorkspaceName,
  findWorkspaceSlug,
  insertRoles,
  insertWorkspace,
  listWorkspaceRows,
} from "@plinth/db";
import * as z from "zod";
import { commit, refuseOn } from "../commit/commit.ts";
import type { Engine, RequestContext } from "../kernel/engine.ts";
import { plainText } from "../kernel/plain-text.ts";
import { identityState } from "./state.ts";

const SLUG = /^[a-z][a-z0-9-]{0,39}$/;

export const createWorkspaceSchema = z.strictObject({
  slug: z.string().regex(SLUG, "must match ^[a-z][a-z0-9-]{0,39}$"),
  name: plainText(1, 100),
});

export interface Workspace {
  id: string;
  slug: string;
  name: string;
  created_at: string;
}

export async function listWorkspaces(ctx: Pick<RequestContext, "driver">): Promise<Workspace[]> {
  return (await listWorkspaceRows(ctx.driver)).map(describe);
}

/** Creates a workspace with the built-in roles. */
export async function createWorkspace(
  ctx: RequestContext,
  input: z.infer<typeof createWorkspaceSchema>,
): Promise<Workspace> {
  const { driver, now } = ctx;
  const row = { ...input, id: uuidv7(now), revision: 1, createdAt: new Date(now) };
  const roles = SYSTEM_ROLES.map((name) => ({
    id: uuidv7(now),
    workspaceId: row.id,
    name,
    description: null,
    createdAt: row.createdAt,
  }));
  const queries = [
    insertWorkspace(driver, row),
    insertRoles(driver, roles),
    ...createUsersCollection(driver, row.id, { now }),
  ];
  const taken = () => new PlinthError("CONFLICT", `The workspace ${input.slug} already exists.`, { field: "slug" });
  const made = await commit(ctx, { queries, data: describe(row) }).catch(refuseOn("unique", taken));
  identityState(ctx.engine).workspaces.forget(input.slug);
  return made;
}

/** The header that names a workspace. */
export const HEADER = "x-plinth-workspace";

/** How a request names its workspace, by slug or id; null: not in this way. */
export interface Named {
  readonly path: string | null;
  readonly header: string | null;
}

/** The workspace that a request names. Where it does so twice, both must name the same one. */
export function namedWorkspace(engine: Engine, driver: SqlDriver, { path, header }: Named): Awaitable<string> {
  const byHeader = header === null ? undefined : requireWorkspace(engine, driver, header, { field: HEADER });
  if (path === null) return byHeader!;
  return whenDone(requireWorkspace(engine, driver, path, {}), (id) =>
    whenDone(byHeader ?? id, (other) => {
      if (other !== id) throw new PlinthError("WORKSPACE_MISMATCH", undefined, { field: HEADER });
      return id;
    }),
  );
}

function requireWorkspace(
  engine: Engine,
  driver: SqlDriver,
  name: string,
  details: { readonly field?: string },
): Awaitable<string> {
  return whenDone(workspaceIdOf(engine, driver, name), (id) => {
    if (id === null) throw new PlinthError("NOT_FOUND", "There is no such workspace.", details);
    return id;
  });
}

/** Null: no workspace has this slug or id. No slug looks like an id, which begins with a digit. */
function workspaceIdOf(engine: Engine, driver: SqlDriver, name: string): Awaitable<string | null> {
  if (!SLUG.test(name) && !isUuid(name)) return null;
  return identityState(engine).workspaces.get(name, driver.lifetime === "process", async () => {
    const id = await findWorkspaceId(driver, name);
    return id === undefined ? null : { value: id };
  });
}

export async function workspaceSlugOf(driver: SqlDriver, id: string): Promise<string> {
  return known(await findWorkspaceSlug(driver, id));
}

export async function workspaceNameOf(driver: SqlDriver, id: string): Promise<string> {
  return known(await findWorkspaceName(driver, id));
}

function known(text: string | undefined): string {
  if (text === undefined) throw new PlinthError("NOT_FOUND", "There is no such workspace.");
  return text;
}

function describe(row: { id: string; slug: string; name: string; createdAt: Date }): Workspace {
  return { id: row.id, slug: row.slug, name: row.name, created_at: row.createdAt.toISOString() };
}
