import { expect, test } from "bun:test";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { schemaIn } from "./schema-in.ts";
import { serverForTests } from "./server.ts";

const { server, write } = serverForTests();
const inFolder = (name: string) => join(server.folder, name);
const workspace = (slug: string) => schemaIn(server, slug);

/** Built-in collections with fields, sets and rules of the workspace's own, and what refers to them from both sides. */
const WITH_BUILT_INS = {
  collections: [
    {
      slug: "albums",
      kind: "managed",
      fields: [
        { name: "cover", type: "file" },
        { name: "shots", type: "relation_many", to: "files", via: "album" },
        { name: "owned_by", type: "relation", to: "organizations" },
      ],
    },
    {
      slug: "files",
      system: "files",
      fields: [
        { name: "caption", type: "text" },
        { name: "album", type: "relation", to: "albums" },
      ],
      indexes: [["caption", "bucket"]],
      note: "All pictures",
    },
    { slug: "organizations", system: "organizations", fields: [{ name: "logo", type: "file" }] },
    { slug: "users", system: "users", fields: [{ name: "nick", type: "text" }] },
  ],
  rules: [
    { role: "public", collection: "files", action: "read", condition: { caption: { _null: false } } },
    { role: "authenticated", collection: "organizations", action: "read", condition: { id: { _in: "$user.orgs" } } },
  ],
};

test("built-in collections go to another server as what they are, with what a workspace has added", async () => {
  await write("built-in.json", JSON.stringify(WITH_BUILT_INS));
  const source = await workspace("built-source");
  const shown = await source(["diff", inFolder("built-in.json")]);
  for (const line of [
    "collection files: built in",
    "collection organization_teams: built in",
    "field files.caption: text",
  ])
    expect(shown.out).toContain(`+ ${line}\n`);
  const pushed = await source(["push", inFolder("built-in.json"), "--yes"]);
  expect([pushed.code, pushed.err]).toEqual([0, expect.not.stringContaining("refused")]);
  expect((await source(["diff", inFolder("built-in.json")])).out).toBe("The server has what is in the file.\n");
  await source(["pull", inFolder("built-pulled.json")]);
  const pulled = JSON.parse(await readFile(inFolder("built-pulled.json"), "utf8")) as typeof WITH_BUILT_INS;
  const marks = Object.fromEntries(pulled.collections.map(({ slug, system }) => [slug, system ?? null]));
  expect(marks).toEqual({
    albums: null,
    file_contents: "file_contents",
    files: "files",
    organization_members: "organization_members",
    organization_team_members: "organization_team_members",
    organization_teams: "organization_teams",
    organizations: "organizations",
    users: "users",
  });
  expect(pulled.collections.find(({ slug }) => slug === "files")).toMatchObject({
    unique_together: [["bucket", "path"]],
    indexes: [
      ["bucket", "folder", "name"],
      ["caption", "bucket"],
    ],
  });
  // As releases before wrote it.
  const unmarked = { ...pulled, collections: pulled.collections.map(({ system: _, ...one }) => one) };
  await write("built-unmarked.json", JSON.stringify(unmarked));
  for (const name of ["built-pulled", "built-unmarked"]) {
    const other = await workspace(name);
    const made = await other(["push", inFolder(`${name}.json`), "--yes", "--delete"]);
    expect([name, made.code, made.err]).toEqual([name, 0, expect.stringContaining("+ collection files: built in\n")]);
    for (const file of ["built-pulled.json", "built-unmarked.json"]) {
      const same = await other(["diff", inFolder(file), "--delete"]);
      expect([name, file, same.out]).toEqual([name, file, "The server has what is in the file.\n"]);
    }
    const again = JSON.parse((await other(["pull"])).out) as typeof WITH_BUILT_INS;
    expect(Object.fromEntries(again.collections.map(({ slug, system }) => [slug, system ?? null]))).toEqual(marks);
  }
});

test("a built-in collection never becomes another of its name, nor is changed in what it has from the start", async () => {
  const taken = await workspace("taken");
  const own = { slug: "organizations", fields: [{ name: "title", type: "text" }] };
  await write("own.json", JSON.stringify({ collections: [own] }));
  expect((await taken(["push", inFolder("own.json"), "--yes"])).code).toBe(0);
  const refusalOf = async (...collections: object[]) => {
    await write("refused.json", JSON.stringify({ collections }));
    const refused = await taken(["push", inFolder("refused.json"), "--yes"]);
    return [refused.code, refused.err];
  };
  const members = { slug: "organization_members", system: "organization_members", fields: [] };
  for (const collections of [
    [{ ...own, system: "organizations" }],
    [members],
    [{ ...own, system: "organizations" }, members],
  ])
    expect(await refusalOf(...collections)).toEqual([
      2,
      "Nothing was changed. organizations is built in, and the server has another collection of that name. Export its items, delete it and push again.\n",
    ]);
  expect(await refusalOf({ slug: "people", system: "users", fields: [] })).toEqual([
    2,
    "Nothing was changed. The server's built-in collection of users is called users, and that of the file people.\n",
  ]);
  const bucket = { name: "bucket", type: "integer" };
  expect(await refusalOf({ slug: "files", system: "files", fields: [bucket] })).toEqual([
    2,
    expect.stringContaining("Nothing was changed. files.bucket is built in and cannot change (type"),
  ]);
  expect((await refusalOf({ slug: "x", system: "fils", fields: [] }))[1]).toContain("did you mean files?");
  expect((await refusalOf({ slug: "x", system: "files", fields: [] }))[1]).toContain("files has no other name");
});
