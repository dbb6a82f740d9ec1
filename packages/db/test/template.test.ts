import { expect, test } from "bun:test";
import type { SqlDriver } from "@plinth/core";
import { apiKeys, workspaces } from "../src/system/schema.ts";
import { and, database, eq, guardTemplate, mustFind, sql, template, toQuery } from "../src/tables.ts";

for (const dialect of ["sqlite", "postgres"] as const) {
  const driver = { name: dialect, dialect } as SqlDriver;

  test(`on ${dialect}, a template has the text and the values of the statement that it stands for`, () => {
    const place = (name: string) => sql.placeholder(name);
    const found = (id: unknown, kind: unknown) =>
      database(driver)
        .select({ id: apiKeys.id })
        .from(apiKeys)
        .where(and(eq(apiKeys.id, id as string), eq(apiKeys.kind, kind as never)));
    const values = { id: "an id", kind: "secret" };
    const plain = found(values.id, values.kind);
    const read = template<typeof values>(() => toQuery(found(place("id"), place("kind"))));
    expect(read(driver, values)).toEqual(toQuery(plain));
    const guard = guardTemplate<typeof values>(() => found(place("id"), place("kind")));
    expect(guard(driver, "a label", values)).toEqual(mustFind(driver, "a label", plain));
    expect(() => read(driver, { id: "an id" } as never)).toThrow("lacks a value for kind");
  });

  test(`on ${dialect}, the values of a template are stored as those of the statement`, () => {
    const row = { id: "w", name: "W", createdAt: new Date(5) };
    const written = (of: object) =>
      toQuery(
        database(driver)
          .insert(workspaces)
          .values(of as never),
      );
    const places = Object.fromEntries(Object.keys(row).map((name) => [name, sql.placeholder(name)]));
    expect(template<typeof row>(() => written(places))(driver, row)).toEqual(written(row));
  });
}
