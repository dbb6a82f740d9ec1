import { as } from "../../as.ts";
import { bearerOf, userIn } from "../../fixtures/session.ts";
import { changes, isWorkspace, settingsOf, signUpIn } from "../../fixtures/workspace.ts";
import { aTimestamp, type Expected } from "../../match.ts";
import { get, ok, patch, post, refused, type Scenario, type Seen } from "../../scenario.ts";

const IN = "toms";
const agreed: Expected = [{ version: "2026-12", agreed_at: aTimestamp }, { version: "2026-11" }];
const tom = ({ replies }: Seen) => bearerOf(replies[3]);

export const scenarios: Scenario[] = [
  {
    name: "terms: users agree at sign-up and again when they change, and their export says to what",
    as: as.operator,
    given: [
      isWorkspace(IN),
      changes(IN, { terms: { url: "/terms", version: "2026-11" } }),
      {
        as: as.anonymous,
        request: signUpIn(IN, "tom", { terms_version: "2026-10" }),
        expect: refused(422, "VALIDATION", "terms_version"),
      },
      {
        as: as.anonymous,
        request: signUpIn(IN, "tom", { terms_version: "2026-11" }),
        expect: { status: 200, excludes: [] },
      },
    ],
    request: patch(settingsOf(IN), { terms: { version: "2026-12" } }),
    expect: ok({ data: { terms: { url: "/terms", version: "2026-12" } } }),
    then: [
      {
        as: as.anonymous,
        request: (seen) => ({ ...get("/api/me/terms"), headers: tom(seen) }),
        expect: ok({ data: { due: true, version: "2026-12", agreements: [{ version: "2026-11", url: "/terms" }] } }),
      },
      {
        as: as.anonymous,
        request: (seen) => post("/api/me/terms", { version: "2026-11" }, tom(seen)),
        expect: refused(422, "VALIDATION", "version"),
      },
      {
        as: as.anonymous,
        request: (seen) => post("/api/me/terms", { version: "2026-12" }, tom(seen)),
        expect: ok({ data: { due: false } }),
      },
      {
        request: (seen) => get(`/api/t/${IN}/users/${userIn(seen.replies[3])}/agreements`),
        expect: ok({ data: agreed }),
      },
      {
        as: as.anonymous,
        request: (seen) => ({ ...get("/api/me/export"), headers: tom(seen) }),
        expect: { status: 200, body: { agreements: agreed } },
      },
      { as: as.anonymous, request: get("/api/me/terms"), expect: refused(401, "UNAUTHORIZED") },
    ],
  },
];
