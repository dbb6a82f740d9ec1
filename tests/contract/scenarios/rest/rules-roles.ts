import type { ErrorCode } from "@plinth/core";
import { as, type Who } from "../../as.ts";
import { ARTICLES, articles } from "../../fixtures/articles.ts";
import { absent } from "../../match.ts";
import { type NameOf, rowsOf } from "../../rows.ts";
import {
  type Call,
  del,
  get,
  INTERNALS,
  items,
  ok,
  patch,
  post,
  refused,
  type Scenario,
  type Step,
} from "../../scenario.ts";
import { stored } from "../../steps.ts";

type Answer = number | [status: number, code: ErrorCode];
const none: [number, ErrorCode] = [403, "FORBIDDEN"];
const stranger: [number, ErrorCode] = [401, "UNAUTHORIZED"];
const unseen: [number, ErrorCode] = [404, "ITEM_NOT_FOUND"];
const elsewhere: [number, ErrorCode] = [404, "COLLECTION_NOT_FOUND"];

/** Who, and what each gets: the list, one draft of nobody's, a new article, a change of bob's draft, a deletion. */
interface Role {
  who: Who;
  list: NameOf<typeof ARTICLES>[] | [number, ErrorCode];
  draft: Answer;
  create: Answer;
  update: Answer;
  remove: Answer;
  hides: string[];
}

const roles: Role[] = [
  {
    who: as.anonymous,
    list: ["published"],
    draft: unseen,
    create: stranger,
    update: stranger,
    remove: stranger,
    hides: ["body-of", "99.00"],
  },
  {
    who: as.publicKey,
    list: ["published"],
    draft: unseen,
    create: none,
    update: none,
    remove: none,
    hides: ["body-of", "99.00"],
  },
  {
    who: as.user("alice"),
    list: ["published", "alices"],
    draft: unseen,
    create: 201,
    update: unseen,
    remove: none,
    hides: ["body-of-published", "body-of-bob", "99.00"],
  },
  {
    who: as.cookie("alice"),
    list: ["published", "alices"],
    draft: unseen,
    create: 201,
    update: unseen,
    remove: none,
    hides: ["body-of-bob", "99.00"],
  },
  {
    who: as.keyAndUser("public", "bob"),
    list: ["published", "bobs"],
    draft: unseen,
    create: 201,
    update: 200,
    remove: none,
    hides: ["body-of-alice", "99.00"],
  },
  {
    who: as.user("carol"),
    list: ["published", "draft", "alices", "bobs"],
    draft: 200,
    create: 201,
    update: unseen,
    remove: 200,
    hides: ["99.00", "77.00"],
  },
  {
    who: as.operator,
    list: ["published", "draft", "alices", "bobs"],
    draft: 200,
    create: 201,
    update: 200,
    remove: 200,
    hides: ["people.test"],
  },
  {
    who: as.secretKey,
    list: ["published", "draft", "alices", "bobs"],
    draft: 200,
    create: 201,
    update: 200,
    remove: 200,
    hides: ["people.test"],
  },
  {
    who: as.otherPublicKey,
    list: elsewhere,
    draft: elsewhere,
    create: elsewhere,
    update: elsewhere,
    remove: elsewhere,
    hides: ["body-of"],
  },
  {
    who: as.otherSecretKey,
    list: elsewhere,
    draft: elsewhere,
    create: elsewhere,
    update: elsewhere,
    remove: elsewhere,
    hides: ["body-of"],
  },
];

const path = "/api/items/articles";
const one = (id: string): string => `${path}/${id}`;
const asRoot = (request: Call, status: number): Step => ({
  as: as.secretKey,
  request,
  expect: { status, excludes: [] },
});

function scenario(role: Role, what: string, answer: Answer, request: Call, more: Partial<Scenario> = {}): Scenario {
  const right = typeof answer === "number" ? { status: answer, excludes: [] } : refused(answer[0], answer[1]);
  const { then, ...rest } = more;
  return {
    name: `rules: ${role.who.name} ${what}`,
    as: role.who,
    needs: [articles],
    request,
    ...rest,
    expect: { ...right, excludes: [...role.hides, ...INTERNALS] },
    ...(then && { then }),
  };
}

function scenariosOf(role: Role): Scenario[] {
  const { who, list, draft, create, update, remove, hides } = role;
  const lists = typeof list[0] === "number" ? (list as [number, ErrorCode]) : undefined;
  return [
    {
      name: `rules: ${who.name} lists`,
      as: who,
      needs: [articles],
      request: items("articles", { sort: "id" }),
      expect: {
        ...(lists ? refused(...lists) : ok(rowsOf(ARTICLES, ...(list as NameOf<typeof ARTICLES>[])))),
        excludes: [...hides, ...INTERNALS],
      },
    },
    scenario(role, "reads a draft of nobody's", draft, get(one(ARTICLES.draft))),
    scenario(role, "creates", create, post(path, { id: ARTICLES.made, title: "New" }), {
      then:
        create === 201
          ? [stored(one(ARTICLES.made), { title: "New" }), asRoot(del(one(ARTICLES.made)), 200)]
          : [asRoot(get(one(ARTICLES.made)), 404)],
    }),
    scenario(role, "changes bob's draft", update, patch(one(ARTICLES.bobs), { title: "Changed" }), {
      then:
        update === 200
          ? [
              stored(one(ARTICLES.bobs), { title: "Changed" }),
              asRoot(patch(one(ARTICLES.bobs), { title: "By Bob" }), 200),
            ]
          : [stored(one(ARTICLES.bobs), { title: "By Bob" })],
    }),
    scenario(role, "deletes a draft", remove, del(one(ARTICLES.made)), {
      given: [asRoot(post(path, { id: ARTICLES.made, title: "Doomed", state: "draft" }), 201)],
      then:
        remove === 200
          ? [asRoot(get(one(ARTICLES.made)), 404)]
          : [stored(one(ARTICLES.made), { title: "Doomed" }), asRoot(del(one(ARTICLES.made)), 200)],
    }),
  ];
}

export const scenarios: Scenario[] = [
  ...roles.flatMap(scenariosOf),
  {
    name: "rules: of a row that several rules show, each shows its fields only",
    as: as.user("alice"),
    needs: [articles],
    request: items("articles", { sort: "id" }),
    expect: {
      ...ok({
        data: [
          { id: ARTICLES.published, title: "Front page" },
          { id: ARTICLES.alices, body: "body-of-alice" },
        ],
      }),
      excludes: ["body-of-published", "body-of-bob", "99.00"],
    },
  },
  {
    name: "rules: what no rule shows is not in the row",
    as: as.anonymous,
    needs: [articles],
    request: get(one(ARTICLES.published)),
    expect: {
      ...ok({ data: { id: ARTICLES.published, title: "Front page", body: absent, fee: absent } }),
      excludes: ["body-of", "99.00"],
    },
  },
  {
    name: "rules: counts are of what may be seen",
    as: as.anonymous,
    needs: [articles],
    request: items("articles", { meta: "*" }),
    expect: { ...ok({ meta: { total_count: 1, filter_count: 1 } }), excludes: ["body-of"] },
  },
];
