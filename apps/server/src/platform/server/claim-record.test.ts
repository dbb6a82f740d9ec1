import { expect, test } from "bun:test";
import { claimPath } from "./claim-record.ts";

test("the record is beside the folder, or beside the database where the folder holds the program", () => {
  const path = (location: string) => claimPath(location, "/srv/app");
  expect(path("./.data/plinth.db")).toBe("/srv/app/.data.operator");
  expect(path(".data/pglite")).toBe("/srv/app/.data.operator");
  expect(path("/var/lib/plinth/plinth.db")).toBe("/var/lib/plinth.operator");
  expect(path("plinth.db")).toBe("/srv/app/plinth.db.operator");
  expect(path("/srv/plinth.db")).toBe("/srv/plinth.db.operator");
  expect(path("/plinth.db")).toBe("/plinth.db.operator");
});
