import type { Json } from "@plinth/core";
import { as } from "../../as.ts";
import { isWorkspace } from "../../fixtures/workspace.ts";
import { absent, including } from "../../match.ts";
import { type Call, get, INTERNALS, ok, patch, post, refused, type Scenario, withHeaders } from "../../scenario.ts";

const inside = (call: Call): Call => withHeaders(call, { "x-plinth-workspace": "moved" });
const own: Json[] = [
  { name: "plan", type: "text", required: true, default: "free" },
  { name: "main_team", type: "relation", to: "organization_teams" },
];
const organizations = post("/api/collections", { slug: "organizations", system: "organizations", fields: own });

export const scenarios: Scenario[] = [
  {
    name: "built-in collections: made by name, whole, with the workspace's own fields and without rules",
    as: as.operator,
    given: [isWorkspace("moved")],
    request: inside(organizations),
    expect: {
      ...ok({ data: { system: "organizations", fields: including({ name: "slug", unique: true }, { name: "plan" }) } }),
      status: 201,
      excludes: [...INTERNALS],
    },
    then: [
      {
        request: inside(get("/api/collections")),
        expect: ok({
          data: including({ slug: "organization_members", system: "organization_members" }, { slug: "organizations" }),
        }),
      },
      { request: inside(get("/api/permissions")), expect: ok({ data: [] }) },
      { request: inside(organizations), expect: { ...refused(409, "CONFLICT"), field: "slug" } },
      {
        request: inside(patch("/api/collections/organization_members", { unique_together: [["user", "role"]] })),
        expect: refused(422, "VALIDATION", "unique_together"),
      },
      {
        request: inside(post("/api/collections", { slug: "notes", fields: [{ name: "text", type: "text" }] })),
        expect: { status: 201, body: { data: { system: absent } } },
      },
    ],
  },
  {
    name: "built-in collections: not made by who is no administrator",
    as: as.user("alice"),
    request: post("/api/collections", { slug: "files", system: "files" }),
    expect: refused(403, "FORBIDDEN"),
  },
];
