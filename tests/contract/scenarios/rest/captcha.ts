import { as } from "../../as.ts";
import { PASSWORD } from "../../fixtures/people.ts";
import { changes, isWorkspace, settingsOf, signUpIn } from "../../fixtures/workspace.ts";
import { CHALLENGE_SECRET, solved } from "../../outside.ts";
import { get, INTERNALS, ok, patch, refused, type Scenario } from "../../scenario.ts";

const IN = "challenged";
const secrets = [CHALLENGE_SECRET, PASSWORD, ...INTERNALS];
const signsUp = (user: string, token?: string) =>
  signUpIn(IN, user, {}, token === undefined ? {} : { "x-captcha-response": token });
const captcha = { provider: "turnstile", site_key: "1x0AA", secret: CHALLENGE_SECRET };

export const scenarios: Scenario[] = [
  {
    name: "captcha: who has solved a challenge signs up, once for each; nobody without one, or without a verdict",
    as: as.anonymous,
    given: [
      isWorkspace(IN),
      changes(IN, { captcha }),
      { request: signsUp("kim"), expect: refused(403, "CAPTCHA_FAILED") },
      { request: signsUp("kim", "made up"), expect: refused(403, "CAPTCHA_FAILED") },
    ],
    request: () => signsUp("kim", solved("kim")),
    expect: { status: 200, headers: { "set-auth-token": /\./ }, excludes: secrets },
    then: [
      {
        as: as.operator,
        request: get(`/api/t/${IN}/security-log`, { type: "captcha_refusal" }),
        expect: {
          ...ok({
            data: [
              { outcome: "failed", detail: { reason: "invalid-input-response" } },
              { outcome: "failed", detail: { reason: "missing" } },
            ],
          }),
          excludes: secrets,
        },
      },
      changes(IN, { captcha: { secret: "another site's" } }),
      { request: () => signsUp("lou", solved("lou")), expect: refused(503, "CAPTCHA_UNAVAILABLE") },
      changes(IN, { captcha: { provider: null } }),
      { request: signsUp("lou"), expect: { status: 200, excludes: secrets } },
    ],
    async verify(_, world) {
      await world.must(as.operator, patch(settingsOf(IN), { captcha }));
      const token = solved("max");
      for (const [user, status] of [
        ["max", 200],
        ["moe", 403],
      ] as const) {
        const answer = await world.send(as.anonymous, signsUp(user, token));
        if (answer.status !== status) throw new Error(`a token of ${user}: ${answer.status} ${answer.text}`);
      }
    },
  },
];
