import { as, type Who } from "../../as.ts";
import { collection } from "../../fixtures/collection.ts";
import { aText, aUuid, must } from "../../match.ts";
import {
  created,
  dataOf,
  del,
  get,
  INTERNALS,
  items,
  ok,
  patch,
  post,
  refused,
  type Scenario,
  type Seen,
  type Step,
} from "../../scenario.ts";

const MAX_WAIT_MS = 60_000;
const idIn = ({ replies }: Seen) => dataOf(replies[0], "id");
const at = (seen: Seen, more = "") => `/api/webhooks/${idIn(seen)}${more}`;

const PREVIEW = {
  events: ["hook_drafts.*"],
  template: { text: "{{ data.after.title }}, {{ action }}", all: "{{ data.version }}" },
};

const refuses = (who: Who, status: number, code: "UNAUTHORIZED" | "FORBIDDEN" | "NOT_FOUND"): Step => ({
  as: who,
  request: (seen) => get(at(seen, "/deliveries")),
  expect: refused(status, code),
});

export const scenarios: Scenario[] = [
  {
    name: "webhooks: a preview makes a real change into what a template says, for administrators alone",
    as: as.secretKey,
    needs: [collection({ slug: "hook_drafts", fields: [{ name: "title", type: "text" }] })],
    given: [{ request: { ...items("hook_drafts"), method: "POST", body: { title: "Hello" } }, expect: created() }],
    request: post("/api/webhooks/preview", PREVIEW),
    expect: ok({
      data: { type: "hook_drafts.create", item: aUuid, body: '{"text":"Hello, create","all":1}', headers: {} },
    }),
    then: [
      { as: as.anonymous, request: post("/api/webhooks/preview", PREVIEW), expect: refused(401, "UNAUTHORIZED") },
      { as: as.publicKey, request: post("/api/webhooks/preview", PREVIEW), expect: refused(403, "FORBIDDEN") },
      { as: as.user("alice"), request: post("/api/webhooks/preview", PREVIEW), expect: refused(403, "FORBIDDEN") },
      {
        as: as.otherSecretKey,
        request: post("/api/webhooks/preview", PREVIEW),
        expect: { ...refused(404, "COLLECTION_NOT_FOUND"), excludes: ["Hello", ...INTERNALS] },
      },
      {
        request: post("/api/webhooks/preview", { ...PREVIEW, template: "{{ data.after.titel }}" }),
        expect: { ...refused(422, "VALIDATION"), contains: ["template: "] },
      },
    ],
  },
  {
    name: "webhooks: a change reaches a program, signed and once, and the list says so",
    as: as.secretKey,
    needs: [collection({ slug: "hook_posts", fields: [{ name: "n", type: "integer" }] })],
    request: post("/api/webhooks", {
      ...{ name: "Program", url: "https://hooks.example.com", events: ["hook_posts.*"], enabled: false },
      filter: { n: { _gt: 1 } },
    }),
    expect: created({ data: { id: aUuid, secret: aText, form: "v1", enabled: false } }),
    then: [
      {
        request: (seen) => {
          const url = seen.outside.program(dataOf(seen.replies[0], "secret"), () => ({}));
          return patch(at(seen), { url, enabled: true });
        },
        expect: { ...ok({ data: { enabled: true } }), excludes: ["whsec_", ...INTERNALS] },
      },
      { request: { ...items("hook_posts"), method: "POST", body: [{ n: 1 }, { n: 2 }] }, expect: created() },
      refuses(as.anonymous, 401, "UNAUTHORIZED"),
      refuses(as.publicKey, 403, "FORBIDDEN"),
      refuses(as.user("alice"), 403, "FORBIDDEN"),
      refuses(as.otherSecretKey, 404, "NOT_FOUND"),
    ],
    async verify(_, world, seen) {
      const url = dataOf(seen.replies[1], "url");
      const received = () => seen.outside.received(url);
      const listed = () => world.must(as.secretKey, get(at(seen, "/deliveries")));
      const isOver = async () => {
        if (received().length === 0) return false;
        return JSON.stringify(await listed()).includes('"delivered"');
      };
      for (const end = Date.now() + MAX_WAIT_MS; !(await isOver()) && Date.now() < end; ) {
        await world.must(as.operator, post("/api/tick"));
      }
      must([...received()] as never, [{ type: "hook_posts.create", data: { after: { n: 2 }, version: 1 } }]);
      must((await listed()) as never, { data: [{ state: "delivered", status: 200, attempts: 1 }] } as never);
      await world.must(as.secretKey, del(at(seen)));
    },
  },
];
