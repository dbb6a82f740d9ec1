import { expect, test } from "bun:test";
import { readDatabaseUrl, redactUrl } from "./database-url.ts";
import { preferNeonHttp } from "./platform/serverless/database.ts";

test.each([
  ["sqlite://", { kind: "sqlite", path: "data/plinth.db" }],
  ["sqlite://./a.db", { kind: "sqlite", path: "./a.db" }],
  ["sqlite:///var/a b.db", { kind: "sqlite", path: "/var/a b.db" }],
  ["sqlite://:memory:", { kind: "sqlite", path: ":memory:" }],
  ["pglite://", { kind: "pglite", path: "data/pglite" }],
  ["postgresql://u:p@h:5433/db?sslmode=require", { kind: "postgres", url: "postgres://u:p@h:5433/db?sslmode=require" }],
  ["neon://u:p@h/db", { kind: "neon", url: "postgres://u:p@h/db" }],
] as const)("%s", (url, target) => {
  expect(readDatabaseUrl(url, "data/")).toEqual(target);
});

test.each(["", "x", "mysql://h/db", "postgres://", "neon://h", "sqlite:a.db"])("%j is refused", (url) => {
  expect(readDatabaseUrl(url, "data")).toBeTypeOf("string");
});

test("no password is shown", () => {
  expect(redactUrl("postgres://u:p@ss:w@h/db")).toBe("postgres://u:…@h/db");
  expect(redactUrl("postgres://h/db?user=u&password=p&x=1")).toBe("postgres://h/db?user=u&password=…&x=1");
  expect(redactUrl("sqlite://./a.db")).toBe("sqlite://./a.db");
});

test("an address at Neon is opened over HTTP where there are no sockets, and no other", () => {
  const of = (url: string) => preferNeonHttp({ DATABASE_URL: url }).DATABASE_URL;
  expect(of("postgresql://u:p@ep-x.eu.aws.neon.tech/db")).toBe("neon://u:p@ep-x.eu.aws.neon.tech/db");
  expect(of("postgres://u:p@db.example.com/neon.tech/")).toBe("postgres://u:p@db.example.com/neon.tech/");
});
