import { softwareAuthenticator } from "../../../../packages/auth/test/software-authenticator.ts";
import { as } from "../../as.ts";
import { emailOf } from "../../fixtures/people.ts";
import { bearerOf, joins } from "../../fixtures/session.ts";
import { get, INTERNALS, ok, patch, post, type Reply, refused, type Scenario, uuid } from "../../scenario.ts";
import type { World } from "../../world.ts";

const noSecrets = ["public_key", "credential", ...INTERNALS];

/** The cookie that says which options were asked for. */
function ceremony(reply: Reply): Record<string, string> {
  const cookies = reply.headers.getSetCookie().map((one) => one.slice(0, one.indexOf(";")));
  return { cookie: cookies.find((one) => one.includes(".passkey="))! };
}

async function must(world: World, call: Parameters<World["send"]>[1], status = 200): Promise<Reply> {
  const reply = await world.send(as.anonymous, call);
  if (reply.status !== status) throw new Error(`${call.method} ${call.path}: ${reply.status} ${reply.text}`);
  return reply;
}

export const scenarios: Scenario[] = [
  {
    name: "passkeys: one is added, signs in, is renamed and removed, and opens nothing after that",
    as: as.anonymous,
    given: [joins("pat")],
    request: (seen) => ({
      ...get("/api/auth/passkey/generate-register-options"),
      headers: bearerOf(seen.replies[0]),
    }),
    expect: { status: 200, body: { authenticatorSelection: { userVerification: "required" } }, excludes: INTERNALS },
    async verify(begun, world, { replies }) {
      const owner = bearerOf(replies[0]);
      const authenticator = await softwareAuthenticator({ origin: new URL(world.target.baseUrl).origin });
      const made = await authenticator.create(begun.json as never);
      const adding = post("/api/auth/passkey/verify-registration", { response: made, name: "phone" });
      await must(world, { ...adding, headers: { ...owner, ...ceremony(begun) } });

      const enter = async (status: number): Promise<Reply> => {
        const options = await must(world, get("/api/auth/passkey/generate-authenticate-options"));
        const response = await authenticator.get(options.json as never);
        const call = post("/api/auth/passkey/verify-authentication", { response });
        return must(world, { ...call, headers: ceremony(options) }, status);
      };
      const entered = await enter(200);
      if (!entered.headers.getSetCookie().some((one) => one.includes(".device=")))
        throw new Error("the browser is not known afterwards");
      const me = await must(world, { ...get("/api/me"), headers: bearerOf(entered) });
      if (!me.text.includes(emailOf("pat"))) throw new Error(`signed in as somebody else: ${me.text}`);

      const listed = await must(world, { ...get("/api/passkeys"), headers: owner });
      const [passkey] = (listed.json as { data: { id: string; name: string }[] }).data;
      if (passkey?.name !== "phone" || noSecrets.some((text) => listed.text.includes(text)))
        throw new Error(listed.text);
      const path = `/api/passkeys/${passkey.id}`;
      const others = await world.send(as.user("bob"), { method: "DELETE", path });
      if (others.status !== 404) throw new Error(`somebody else removed it: ${others.text}`);
      await must(world, { ...patch(path, { name: "key" }), headers: owner });
      await must(world, { method: "DELETE", path, headers: owner });
      await enter(401);
    },
  },
  {
    name: "passkeys: not for strangers, and a made-up answer opens nothing",
    as: as.anonymous,
    request: get("/api/passkeys"),
    expect: refused(401, "UNAUTHORIZED"),
    then: [
      { request: get("/api/auth/passkey/generate-register-options"), expect: refused(401, "UNAUTHORIZED") },
      {
        request: post("/api/auth/passkey/verify-authentication", { response: { id: "made-up", response: {} } }),
        expect: refused(422, "VALIDATION", "response"),
      },
      { request: post("/api/auth/passkey/verify-authentication", {}), expect: refused(422, "VALIDATION", "response") },
    ],
  },
  {
    name: "passkeys: one that is not there cannot be renamed",
    as: as.user("bob"),
    request: patch(`/api/passkeys/${uuid(9, 1)}`, { name: "mine" }),
    expect: refused(404, "NOT_FOUND"),
    then: [{ request: get("/api/passkeys"), expect: ok({ data: [] }) }],
  },
];
