import { as } from "../../as.ts";
import { emailOf, PASSWORD } from "../../fixtures/people.ts";
import { bearerOf, userIn } from "../../fixtures/session.ts";
import { changes, isWorkspace, signInTo, signUpIn } from "../../fixtures/workspace.ts";
import { answered, get, INTERNALS, post, type Scenario } from "../../scenario.ts";

const IN = "upgraded";
const noSecrets = [PASSWORD, "no-email", ...INTERNALS];

export const scenarios: Scenario[] = [
  {
    name: "anonymous: a password makes an account of the same user, who signs in with it",
    as: as.anonymous,
    given: [
      isWorkspace(IN),
      changes(IN, { anonymous: { sign_in: true } }),
      {
        request: post(`/api/t/${IN}/auth/sign-in/anonymous`),
        expect: { ...answered(200, { user: { email: null, is_anonymous: true } }), excludes: noSecrets },
      },
    ],
    request: ({ replies }) => signUpIn(IN, "vera", {}, bearerOf(replies[2])),
    expect: { ...answered(200, { user: { email: emailOf("vera"), is_anonymous: false } }), excludes: noSecrets },
    then: [{ request: signInTo(IN, "vera"), expect: { status: 200, headers: { "set-auth-token": /\./ } } }],
    async verify(_, world, { replies }) {
      const [guest, ...later] = [replies[2], replies[3], replies[4]].map(userIn);
      if (later.some((id) => id !== guest)) throw new Error(`the user ${guest} became ${later.join(", ")}`);
      const me = await world.send(as.anonymous, { ...get(`/api/t/${IN}/me`), headers: bearerOf(replies[4]) });
      if (!me.text.includes(emailOf("vera"))) throw new Error(me.text);
    },
  },
];
