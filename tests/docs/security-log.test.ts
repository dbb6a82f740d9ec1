import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import path from "node:path";
import { SECURITY_EVENTS } from "../../packages/db/src/repositories/security-log.ts";
import { ROOT } from "./server.ts";

test("every type of event is named on the pages of users or workspaces", () => {
  const text = ["users", "workspaces"].map((page) => readFileSync(path.join(ROOT, `docs/${page}.md`), "utf8")).join();
  expect(SECURITY_EVENTS.filter((type) => !text.includes(`\`${type}\``))).toEqual([]);
});

test("every type of event has words in the admin", () => {
  const text = readFileSync(path.join(ROOT, "apps/admin/src/data/security-events.ts"), "utf8");
  expect(SECURITY_EVENTS.filter((type) => !text.includes(`  ${type}: msg`))).toEqual([]);
});
