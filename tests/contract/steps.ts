import { as } from "./as.ts";
import type { Expected } from "./match.ts";
import { get, type Step } from "./scenario.ts";

/** The proof of what is stored, no matter who asked. */
export const stored = (path: string, data: Expected): Step => ({
  as: as.secretKey,
  request: get(path),
  expect: { status: 200, body: { data }, excludes: [] },
});

/** The proof that nothing is there, no matter who asked. */
export const gone = (path: string): Step => ({
  as: as.secretKey,
  request: get(path),
  expect: { status: 404, code: "ITEM_NOT_FOUND", excludes: [] },
});
