import { afterAll, expect, test } from "bun:test";
import { sqlDriverSuite } from "@plinth/conformance";
import { PlinthError, recover } from "@plinth/core";
import { workersD1 } from "../../../tests/support/workers-d1.ts";
import { d1 } from "../src/index.ts";

const server = workersD1();
const database = server.database(0);
afterAll(server.close);

sqlDriverSuite({
  test,
  dialect: "sqlite",
  open: () => d1({ database }),
  skip: {
    "integers beyond 2^53": "D1 has no such integers: it refuses them",
    "integers beyond 2^53 by returning": "D1 has no such integers: it refuses them",
    "a trigger's writes are not counted": "D1's `meta.changes` counts them: rely on `returning` there",
  },
});

test("integers beyond 2^53 are refused before they are sent", async () => {
  const driver = d1({ database });
  for (const value of [2n ** 53n, -(2n ** 53n), 2n ** 63n - 1n, -(2n ** 63n)]) {
    const refusal = await recover<unknown>(
      () => driver.all({ sql: "select ? as v", params: [value] }),
      (error) => error,
    );
    expect(refusal).toBeInstanceOf(PlinthError);
    expect((refusal as PlinthError).code).toBe("UNSUPPORTED_BY_ADAPTER");
  }
});
