import {
  addTeamMember,
  createTeam,
  deleteTeam,
  listTeamMembers,
  listTeams,
  removeTeamMember,
  renameTeam,
  teamSchema,
} from "@plinth/engine";
import { defineRoute } from "../../http/define-route.ts";
import { INSTANT, type JsonSchema, listOf, nullable, object, TEXT, UUID } from "../../http/openapi/json-schema.ts";
import type { Route } from "../../http/route.ts";

const shared = { tag: "Organizations", access: "workspace" } as const;
const team = (): JsonSchema => object({ id: UUID, name: TEXT, created_at: INSTANT });

/** `/api/organizations/:id/teams`: some members of an organization each. */
export const teamsRoutes: readonly Route[] = [
  defineRoute("GET /api/organizations/:id/teams", {
    ...shared,
    id: "listTeams",
    summary: "The teams of an organization",
    response: () => listOf(team()),
    errors: ["NOT_FOUND"],
    read: (ctx, { params }) => listTeams(ctx, params.id),
  }),
  defineRoute("POST /api/organizations/:id/teams", {
    ...shared,
    id: "createTeam",
    summary: "Make a team",
    body: teamSchema,
    status: 201,
    response: team,
    errors: ["NOT_FOUND", "FORBIDDEN", "UNIQUE_VIOLATION", "LIMIT_EXCEEDED"],
    write: (ctx, { params, body }) => createTeam(ctx, params.id, body),
  }),
  defineRoute("PATCH /api/organizations/:id/teams/:team", {
    ...shared,
    id: "renameTeam",
    summary: "Rename a team",
    body: teamSchema,
    response: team,
    errors: ["NOT_FOUND", "FORBIDDEN", "UNIQUE_VIOLATION"],
    write: (ctx, { params, body }) => renameTeam(ctx, params.id, params.team, body),
  }),
  defineRoute("DELETE /api/organizations/:id/teams/:team", {
    ...shared,
    id: "deleteTeam",
    summary: "Delete a team; its members stay in the organization",
    response: () => object({ id: UUID }),
    errors: ["NOT_FOUND", "FORBIDDEN", "REFERENCE_IN_USE"],
    write: (ctx, { params }) => deleteTeam(ctx, params.id, params.team),
  }),
  defineRoute("GET /api/organizations/:id/teams/:team/members", {
    ...shared,
    id: "listTeamMembers",
    summary: "Who is in a team",
    response: () => object({ user: UUID, name: nullable(TEXT) }),
    errors: ["NOT_FOUND"],
    page: (ctx, { params, query }) => listTeamMembers(ctx, params.id, params.team, query),
  }),
  defineRoute("PUT /api/organizations/:id/teams/:team/members/:user", {
    ...shared,
    id: "addTeamMember",
    summary: "Take a member of the organization into a team",
    response: () => object({ user: UUID }),
    errors: ["NOT_FOUND", "FORBIDDEN", "CONFLICT"],
    write: (ctx, { params }) => addTeamMember(ctx, params.id, params.team, params.user),
  }),
  defineRoute("DELETE /api/organizations/:id/teams/:team/members/:user", {
    ...shared,
    id: "removeTeamMember",
    summary: "Take somebody out of a team",
    response: () => object({ user: UUID }),
    errors: ["NOT_FOUND", "FORBIDDEN"],
    write: (ctx, { params }) => removeTeamMember(ctx, params.id, params.team, params.user),
  }),
];
