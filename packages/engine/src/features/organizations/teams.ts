import { type Mutation, PlinthError, type Row } from "@plinth/core";
import { refuseOn } from "../../commit/commit.ts";
import type { CursorPage, PageQuery } from "../../identity/paging.ts";
import type { RequestContext } from "../../kernel/engine.ts";
import { plainText } from "../../kernel/plain-text.ts";
import * as z from "../../kernel/zod.ts";
import { memberOf, withNames } from "./members.ts";
import {
  changeItem,
  findItem,
  findItems,
  holdsFewItems,
  newItem,
  pageOfItems,
  removeItem,
  requireMembership,
  write,
} from "./membership.ts";

const MAX_TEAMS = 200;

export const teamSchema = z.strictObject({ name: plainText(1, 200) });

export interface Team {
  id: string;
  name: string;
  created_at: string;
}

export interface TeamMember {
  /** The user's id. */
  user: string;
  name: string | null;
}

export async function listTeams(ctx: RequestContext, organization: string): Promise<Team[]> {
  await requireMembership(ctx, organization, "member");
  return (await findItems(ctx, "organization_teams", { organization }, { limit: MAX_TEAMS })).map(describe);
}

export async function createTeam(
  ctx: RequestContext,
  organization: string,
  { name }: z.infer<typeof teamSchema>,
): Promise<Team> {
  const { mustHold } = await requireMembership(ctx, organization, "admin");
  const held = await findItems(ctx, "organization_teams", { organization }, { limit: MAX_TEAMS });
  const tooMany = () => new PlinthError("LIMIT_EXCEEDED", `An organization can have at most ${MAX_TEAMS} teams.`);
  if (held.length >= MAX_TEAMS) throw tooMany();
  const requires = [holdsFewItems(ctx, "organization_teams", { organization }, { most: MAX_TEAMS, refusal: tooMany })];
  const team = newItem(ctx, "organization_teams", { organization, name });
  return write(ctx, { items: [...mustHold, team], requires, data: describe(team.rows[0]!) }).catch(
    refuseOn("unique", nameTaken),
  );
}

export async function renameTeam(
  ctx: RequestContext,
  organization: string,
  id: string,
  { name }: z.infer<typeof teamSchema>,
): Promise<Team> {
  const { team, mustHold } = await teamOf(ctx, organization, id);
  const items = [...mustHold, changeItem(ctx, "organization_teams", id, { name })];
  return write(ctx, { items, data: { ...describe(team), name } }).catch(refuseOn("unique", nameTaken));
}

export async function deleteTeam(ctx: RequestContext, organization: string, id: string): Promise<{ id: string }> {
  const { mustHold } = await teamOf(ctx, organization, id);
  const referred = () =>
    new PlinthError("REFERENCE_IN_USE", "Items refer to this team by a relation with on_delete restrict.");
  const items = [...mustHold, removeItem(ctx, "organization_teams", id)];
  return write(ctx, { items, data: { id } }).catch(refuseOn("foreign_key", referred));
}

/** The users' ids and names, for every member of the organization. */
export async function listTeamMembers(
  ctx: RequestContext,
  organization: string,
  id: string,
  page: PageQuery,
): Promise<CursorPage<TeamMember>> {
  await teamOf(ctx, organization, id, "member");
  const describe = async (rows: readonly Row[]) =>
    (await withNames(ctx, rows)).map(({ user, name }) => ({ user, name }));
  return pageOfItems(ctx, "organization_team_members", { team: id }, { page, describe });
}

/** Who is in the team already stays in it. */
export async function addTeamMember(
  ctx: RequestContext,
  organization: string,
  id: string,
  user: string,
): Promise<{ user: string }> {
  const { mustHold } = await teamOf(ctx, organization, id);
  const member = await memberOf(ctx, organization, user);
  const known = await findItem(ctx, "organization_team_members", { team: id, member: member.id as string });
  if (known) return { user };
  const added = newItem(ctx, "organization_team_members", { team: id, member: member.id as string, user });
  const changed = () =>
    new PlinthError("CONFLICT", "The team or its members were changed at the same moment; try again.");
  return write(ctx, { items: [...mustHold, added], data: { user } })
    .catch(refuseOn("unique", changed))
    .catch(refuseOn("foreign_key", changed));
}

export async function removeTeamMember(
  ctx: RequestContext,
  organization: string,
  id: string,
  user: string,
): Promise<{ user: string }> {
  const { mustHold } = await teamOf(ctx, organization, id);
  const known = await findItem(ctx, "organization_team_members", { team: id, user });
  if (!known) throw new PlinthError("NOT_FOUND", "This user is not in the team.");
  const items = [...mustHold, removeItem(ctx, "organization_team_members", known.id as string)];
  return write(ctx, { items, data: { user } });
}

async function teamOf(
  ctx: RequestContext,
  organization: string,
  id: string,
  least: "admin" | "member" = "admin",
): Promise<{ team: Row; mustHold: readonly Mutation[] }> {
  const { mustHold } = await requireMembership(ctx, organization, least);
  const team = await findItem(ctx, "organization_teams", { id, organization });
  if (!team) throw new PlinthError("NOT_FOUND", "There is no such team in the organization.");
  return { team, mustHold };
}

function nameTaken(): PlinthError {
  return new PlinthError("UNIQUE_VIOLATION", "The organization has a team of this name.", { field: "name" });
}

function describe({ id, name, created_at }: Row): Team {
  return { id: id as string, name: name as string, created_at: created_at as string };
}
