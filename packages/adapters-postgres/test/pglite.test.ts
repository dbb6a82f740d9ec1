import { afterAll, test } from "bun:test";
import { sqlDriverSuite } from "@plinth/conformance";
import { pglite } from "../src/pglite.ts";

const driver = pglite({ memory: true });
afterAll(() => driver.close!());

sqlDriverSuite({
  test,
  dialect: "postgres",
  open: () => driver,
  close: () => {},
  openToClose: () => pglite({ path: ":memory:" }),
});
