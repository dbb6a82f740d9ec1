import { describe, expect, test } from "bun:test";
import type { CollectionInfo } from "../data/collections.ts";
import {
  draftOf,
  EMPTY_DRAFT,
  rebased,
  stateOf,
  withField,
  withFieldReset,
  withoutField,
  withoutMirrors,
} from "./draft.ts";
import { creationOf, planOf } from "./plan.ts";

const POSTS: CollectionInfo = {
  id: "1",
  slug: "posts",
  kind: "managed",
  version: 3,
  created_at: "2024-05-01T10:00:00.000Z",
  system_fields: [],
  fields: [
    { name: "title", type: "text", required: true },
    { name: "state", type: "enum", values: ["draft"] },
  ],
  indexes: [["title", "state"]],
};

describe("a draft", () => {
  test("without changes needs no request", () => {
    expect(planOf(POSTS, draftOf(POSTS))).toEqual([]);
  });

  test("sends all additions and changes as one PATCH, and what is taken away after it", () => {
    let draft = withField(draftOf(POSTS), { field: { name: "pages", type: "integer", min: 1 } });
    draft = withField(draft, { key: "title", field: { name: "title", type: "text", required: true, unique: true } });
    draft = withoutField(draft, "state");
    const steps = planOf(POSTS, { ...draft, default_sort: "title" });
    expect(steps.map(({ method, path, body, query }) => ({ method, path, body, query }))).toEqual([
      {
        method: "PATCH",
        path: "collections/posts",
        query: undefined,
        body: {
          fields: [
            { name: "title", type: "text", required: true, unique: true },
            { name: "pages", type: "integer", min: 1 },
          ],
          default_sort: "title",
        },
      },
      { method: "DELETE", path: "collections/posts/fields/state", body: undefined, query: { confirm: "state" } },
    ]);
  });

  test("deletes a field first whose name a new one takes", () => {
    const draft = withField(withoutField(draftOf(POSTS), "state"), { field: { name: "state", type: "text" } });
    expect(planOf(POSTS, draft).map(({ method }) => method)).toEqual(["DELETE", "PATCH"]);
  });

  test("settings that say nothing change nothing", () => {
    const same = withField(draftOf(POSTS), {
      key: "title",
      field: { type: "text", name: "title", required: true, unique: false, note: "" },
    });
    expect(planOf(POSTS, same)).toEqual([]);
  });

  test("a field that was changed, deleted and reset is as before", () => {
    const changed = withField(draftOf(POSTS), { key: "title", field: { name: "title", type: "text", unique: true } });
    const gone = withoutField(changed, "title");
    expect(stateOf(gone.fields[0]!)).toBe("deleted");
    expect(planOf(POSTS, withFieldReset(gone, "title"))).toEqual([]);
  });

  test("a new field that is taken back leaves its sets too", () => {
    const added = withField(draftOf(POSTS), { field: { name: "pages", type: "integer" } });
    const indexed = { ...added, indexes: [...added.indexes, ["title", "pages"]] };
    const draft = withoutField(indexed, indexed.fields.at(-1)!.key);
    expect(planOf(POSTS, draft)).toEqual([]);
  });
});

describe("the other side of a relation", () => {
  test("is a list in the collection that it leads to", () => {
    const field = { name: "author", type: "relation", to: "authors" } as const;
    const [patch, other] = planOf(POSTS, withField(draftOf(POSTS), { field, mirror: "posts" }));
    expect(patch!.body).toEqual({ fields: [field] });
    expect(other).toMatchObject({
      path: "collections/authors",
      body: { fields: [{ name: "posts", type: "relation_many", to: "posts", via: "author" }] },
    });
  });

  test("of a junction goes through it the other way round", () => {
    const field = { name: "tags", type: "relation_many", to: "tags", through: "posts_tags" } as const;
    const [, other] = planOf(POSTS, withField(draftOf(POSTS), { field, mirror: "posts" }));
    expect(other!.body).toEqual({
      fields: [
        { name: "posts", type: "relation_many", to: "posts", through: "posts_tags", via: "tags", target: "posts" },
      ],
    });
  });

  test("within one collection is part of the same request", () => {
    const field = { name: "parent", type: "relation", to: "posts" } as const;
    const steps = planOf(POSTS, withField(draftOf(POSTS), { field, mirror: "children" }));
    expect(steps).toHaveLength(1);
    expect(steps[0]!.body).toEqual({
      fields: [field, { name: "children", type: "relation_many", to: "posts", via: "parent" }],
    });
  });
});

test("a new collection is one request with all of its fields", () => {
  const draft = withField(EMPTY_DRAFT, { field: { name: "name", type: "text" } });
  expect(creationOf("tags", "managed", { ...draft, note: "Words" }).map(({ path, body }) => ({ path, body }))).toEqual([
    {
      path: "collections",
      body: { slug: "tags", kind: "managed", fields: [{ name: "name", type: "text" }], note: "Words" },
    },
  ]);
});

describe("a draft on a definition that somebody else has changed", () => {
  const pages = { name: "pages", type: "integer" } as const;
  const fresh: CollectionInfo = {
    ...POSTS,
    version: 4,
    fields: [{ name: "title", type: "text", required: true, indexed: true }, POSTS.fields[1]!, pages],
    default_sort: "title",
  };

  test("takes what it has not changed itself", () => {
    const draft = { ...draftOf(POSTS), note: "Mine" };
    const next = rebased(draft, POSTS, fresh);
    expect(next.fields.map(({ field }) => field)).toEqual(fresh.fields);
    expect([next.default_sort, next.note]).toEqual(["title", "Mine"]);
    expect(planOf(fresh, next).map(({ body }) => body)).toEqual([{ note: "Mine" }]);
  });

  test("keeps its own changes and deletions", () => {
    const state = { name: "state", type: "enum", values: ["draft", "done"] } as const;
    let draft = withField(draftOf(POSTS), { key: "state", field: { ...state, values: [...state.values] } });
    draft = withoutField(draft, "title");
    const next = rebased(draft, POSTS, fresh);
    expect(next.fields.map(stateOf)).toEqual(["deleted", "changed", "same"]);
  });

  test("loses a field that is gone", () => {
    const gone = { ...POSTS, version: 4, fields: [POSTS.fields[0]!] };
    expect(planOf(gone, rebased(withoutField(draftOf(POSTS), "state"), POSTS, gone))).toEqual([]);
  });
});

test("after a refusal, what took effect is not sent again", () => {
  const field = { name: "tags", type: "relation_many", to: "tags", through: "posts_tags" } as const;
  const draft = withoutField(withField(draftOf(POSTS), { field, mirror: "posts" }), "state");
  const made = { ...field, via: "posts", target: "tags" } as const;
  const fresh = { ...POSTS, version: 4, fields: [...POSTS.fields, made] };
  const next = rebased(draft, POSTS, fresh);
  expect(planOf(fresh, next).map(({ kind }) => kind)).toEqual(["other_side", "delete_field"]);
  const key = next.fields.find((one) => one.field.name === "tags")!.key;
  expect(planOf(fresh, withoutMirrors(next, [key])).map(({ kind }) => kind)).toEqual(["delete_field"]);
});
