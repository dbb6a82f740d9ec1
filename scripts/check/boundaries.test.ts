import { describe, expect, test } from "bun:test";
import { checkBoundaries } from "./boundaries.ts";
import { type Manifest, readSource } from "./files.ts";

const pkg = (folder: string, name: string, dependencies: string[] = [], devDependencies: string[] = []): Manifest => ({
  folder,
  name,
  dependencies,
  devDependencies,
});

const MANIFESTS: Manifest[] = [
  pkg("", "plinth", [], ["esbuild"]),
  pkg("tests/", "@plinth/tests", [], ["deno"]),
  pkg("apps/server/", "@plinth/server", [
    "@plinth/core",
    "@plinth/engine",
    "@plinth/db",
    "@plinth/adapters-sqlite",
    "hono",
    "zod",
  ]),
  pkg("packages/core/", "@plinth/core", ["zod", "@plinth/engine"]),
  pkg(
    "packages/engine/",
    "@plinth/engine",
    ["@plinth/core", "@plinth/db", "hono", "drizzle-orm", "@plinth/adapters-sqlite", "zod"],
    ["fast-check"],
  ),
  pkg("packages/db/", "@plinth/db", ["@plinth/core", "drizzle-orm"]),
  pkg("packages/client/", "@plinth/client", ["@plinth/core"]),
  pkg(
    "packages/adapters-sqlite/",
    "@plinth/adapters-sqlite",
    ["@plinth/core", "@plinth/adapters-cloudflare"],
    ["@plinth/conformance"],
  ),
  pkg("packages/adapters-cloudflare/", "@plinth/adapters-cloudflare", ["@plinth/core", "@plinth/adapters-sqlite"]),
  pkg("packages/adapters-postgres/", "@plinth/adapters-postgres", ["@plinth/core", "@plinth/adapters-sqlite"]),
  pkg("packages/conformance/", "@plinth/conformance", ["@plinth/core"]),
];

const problemsIn = (file: string, code: string) =>
  checkBoundaries([readSource(file, code)], MANIFESTS).map((problem) => problem.message);

describe("direction", () => {
  test.each([
    ["apps/server/src/entries/bun.ts", 'import { createApp } from "../app.ts"'],
    ["apps/server/src/entries/bun.ts", 'import { bun } from "../platform/bun.ts"'],
    ["apps/server/src/platform/bun.ts", 'import { sqlite } from "@plinth/adapters-sqlite/bun"'],
    ["apps/server/src/app.ts", 'import { items } from "./protocols/rest/items.ts"'],
    ["packages/engine/src/items.ts", 'import { compile } from "@plinth/db"'],
    ["packages/engine/src/write/a.ts", 'import { memoize } from "../kernel/catalog.ts"'],
    ["packages/engine/src/schema/a.ts", 'import type { ListInput } from "../read/a.ts"'],
    ["packages/adapters-cloudflare/src/d1.ts", 'import { toRow } from "@plinth/adapters-sqlite/values"'],
    ["packages/client/src/index.ts", 'import type { Rule } from "@plinth/core"'],
    ["packages/adapters-postgres/test/a.test.ts", 'import { postgres } from "../../../tests/support/postgres.ts"'],
    ["apps/server/src/protocols/rest/items.ts", 'import { defineRoute } from "../../http/define-route.ts"'],
    ["apps/server/src/protocols/index.ts", 'import { rest } from "./rest/index.ts"'],
    ["apps/server/src/protocols/rest/openapi/a.ts", 'import { items } from "../items.ts"'],
    ["tests/contract/run.ts", 'import { createApp } from "../../apps/server/src/app.ts"'],
  ])("%s may %s", (file, code) => {
    expect(problemsIn(file, code)).toEqual([]);
  });

  test.each([
    [
      "apps/server/src/entries/bun.ts",
      'import { items } from "../protocols/rest/items.ts"',
      "entries may not import protocols",
    ],
    [
      "apps/server/src/protocols/rest/items.ts",
      'import { createApp } from "../../app.ts"',
      "protocols may not import app",
    ],
    [
      "apps/server/src/middleware/cors.ts",
      'import { items } from "../protocols/rest/items.ts"',
      "middleware may not import protocols",
    ],
    [
      "apps/server/src/protocols/rest/metrics.ts",
      'import { SubscriptionBroker } from "../realtime/subscription-broker.ts"',
      "the protocol rest may not import realtime",
    ],
    [
      "apps/server/src/protocols/rest/items.ts",
      'import { PROTOCOLS } from "../index.ts"',
      "the protocol rest may not import their list",
    ],
    [
      "apps/server/src/http/mount.ts",
      'import { rest } from "../protocols/rest/index.ts"',
      "http may not import protocols",
    ],
    ["apps/server/src/protocols/rest/items.ts", 'import { compile } from "@plinth/db"', "protocols may not import db"],
    ["apps/server/src/app.ts", 'import { sqlite } from "@plinth/adapters-sqlite"', "app may not import adapters"],
    [
      "packages/engine/src/items.ts",
      'import type { X } from "@plinth/adapters-sqlite"',
      "engine may not import adapters",
    ],
    ["packages/engine/src/read/a.ts", 'import "../write/a.ts"', "engine/read may not import engine/write"],
    [
      "packages/engine/src/features/search/a.ts",
      'import { x } from "../jobs/index.ts"',
      "the feature search may not import jobs",
    ],
    [
      "packages/engine/src/access/a.ts",
      'import type { X } from "../realtime/live/a.ts"',
      "engine/access may not import engine/realtime",
    ],
    ["packages/core/src/index.ts", 'import { items } from "@plinth/engine"', "core may not import engine"],
    [
      "packages/adapters-sqlite/src/a.ts",
      'import { x } from "@plinth/adapters-cloudflare"',
      "adapters-sqlite may not import adapters-cloudflare",
    ],
    [
      "packages/adapters-postgres/src/a.ts",
      'import { x } from "@plinth/adapters-sqlite"',
      "adapters-postgres may not import adapters-sqlite",
    ],
  ])("%s may not %s", (file, code, message) => {
    expect(problemsIn(file, code)).toEqual([message]);
  });
});

describe("dependencies", () => {
  test("an undeclared one is named with the file that should declare it", () => {
    expect(problemsIn("packages/core/src/a.ts", 'import x from "left-pad/lib"')).toEqual([
      "imports left-pad, which packages/core/package.json does not declare",
    ]);
    expect(problemsIn("scripts/a.ts", 'import x from "left-pad"')).toEqual([
      "imports left-pad, which package.json does not declare",
    ]);
  });

  test("a development dependency serves tests, tools and types, and nothing that ships", () => {
    expect(problemsIn("packages/engine/src/a.test.ts", 'import fc from "fast-check"')).toEqual([]);
    expect(problemsIn("packages/engine/src/a.ts", 'import type { Arbitrary } from "fast-check"')).toEqual([]);
    expect(problemsIn("scripts/build.ts", 'import { build } from "esbuild"')).toEqual([]);
    expect(problemsIn("packages/engine/src/a.ts", 'import fc from "fast-check"')).toHaveLength(1);
  });

  test("a vendor's package stays in its place", () => {
    expect(problemsIn("packages/engine/src/a.ts", 'import { Hono } from "hono/tiny"')).toEqual([
      "imports hono, which only entries, platform, http, middleware, protocols, pages, context, app may",
    ]);
    expect(problemsIn("packages/core/src/a.ts", 'import { z } from "zod"')).toHaveLength(1);
    expect(problemsIn("packages/core/src/a.ts", 'import { eq } from "drizzle-orm"')).toHaveLength(1);
    expect(problemsIn("packages/db/src/a.ts", 'import { eq } from "drizzle-orm"')).toEqual([]);
  });

  test("a package that is made on first use is imported by the one file that does that", () => {
    const eager = ["imports zod when it is loaded; import @plinth/engine/zod, or types alone"];
    for (const code of [
      'import * as z from "zod"',
      'import { z } from "zod"',
      'import { type ZodType } from "zod"',
      'import z from "zod/v4"',
      'import "zod"',
      'export * from "zod"',
    ]) {
      expect(problemsIn("packages/engine/src/features/a/b.ts", code)).toEqual(eager);
      expect(problemsIn("apps/server/src/http/a.ts", code)).toEqual(eager);
    }
    for (const file of [
      "packages/engine/src/kernel/zod.ts",
      "apps/server/src/settings-a.ts",
      "apps/server/src/config.ts",
    ])
      expect(problemsIn(file, 'import * as z from "zod"')).toEqual([]);
    for (const code of ['import type * as z from "zod"', 'import type { ZodType } from "zod"'])
      expect(problemsIn("packages/engine/src/a.ts", code)).toEqual([]);
    expect(problemsIn("packages/engine/src/a.test.ts", 'import * as z from "zod"')).toEqual([]);
  });

  test("another package is used by its name, not by its path", () => {
    expect(problemsIn("packages/db/src/a.ts", 'import { x } from "../../core/src/index.ts"')).toEqual([
      "reaches into packages/core/ by path; import it by its name",
    ]);
  });
});
