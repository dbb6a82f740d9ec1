import { expect, test } from "bun:test";
import { readDatabaseUrl, redactUrl } from "./database-url.ts";
import { SERVER_DATABASES } from "./platform/server/database.ts";
import { preferNeonHttp } from "./platform/serverless/database.ts";

test.each([
  ["sqlite://", ["sqlite", "data/plinth.db"]],
  ["sqlite://./a.db", ["sqlite", "./a.db"]],
  ["sqlite:///var/a b.db", ["sqlite", "/var/a b.db"]],
  ["sqlite://:memory:", ["sqlite", ":memory:"]],
  ["pglite://", ["pglite", "data/pglite"]],
  ["postgresql://u:p@h:5433/db?sslmode=require", ["postgres", "postgres://u:p@h:5433/db?sslmode=require"]],
  ["neon://u:p@h/db", ["neon", "postgres://u:p@h/db"]],
] as const)("%s", (url, [scheme, location]) => {
  const form = SERVER_DATABASES.find(({ schemes }) => schemes[0] === scheme)!;
  expect(readDatabaseUrl(url, "data/", SERVER_DATABASES)).toEqual({ form, location });
});

test.each(["", "x", "mysql://h/db", "postgres://", "neon://h", "sqlite:a.db"])("%j is refused", (url) => {
  expect(readDatabaseUrl(url, "data", SERVER_DATABASES)).toBeTypeOf("string");
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
