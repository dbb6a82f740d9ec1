import { expect, test } from "bun:test";
import { PROTOCOLS } from "../../apps/server/src/protocols/index.ts";
import { FILE_DOOR_TABLE, SOUGHT_ELSEWHERE, WITHOUT_ITEMS } from "./file-doors/index.ts";
import { contract } from "./index.ts";

/** Whom the rules decide about; those of the others are refused who may not administer the workspace. */
const OPEN_TO_MANY: ReadonlySet<string> = new Set(["anyone", "caller", "identified", "account", "user", "workspace"]);

const routes = PROTOCOLS.flatMap(({ routes }) =>
  routes.map(({ method, path, access }) => ({ name: `${method.toUpperCase()} ${path}`, path, method, access })),
);
const sought = new Set([...FILE_DOOR_TABLE.map(({ route }) => route), ...Object.keys(SOUGHT_ELSEWHERE)]);

test("a private file is sought by every route by which items or bytes may leave", () => {
  const open = routes.filter(
    ({ access, method, path }) => OPEN_TO_MANY.has(access) && method !== "options" && !WITHOUT_ITEMS.test(path),
  );
  expect(open.length).toBeGreaterThan(40);
  expect(open.filter(({ name }) => !sought.has(name)).map(({ name }) => name)).toEqual([]);
});

test("no door leads to a route that is not there, and what is said to be elsewhere is", () => {
  const names = new Set(routes.map(({ name }) => name));
  expect([...sought].filter((name) => !names.has(name))).toEqual([]);
  const missing = Object.values(SOUGHT_ELSEWHERE).filter(
    (start) => !contract.some(({ name }) => name.startsWith(start)),
  );
  expect(missing).toEqual([]);
});
