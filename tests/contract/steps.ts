import { as } from "./as.ts";
import type { Expected } from "./match.ts";
import { get, type Step } from "./scenario.ts";

/** The proof of what is stored, whoever asked. */
export const stored = (path: string, data: Expected): Step => ({
  as: as.secretKey,
  request: get(path),
  expect: { status: 200, body: { data }, excludes: [] },
});

/** The proof that nothing is there, whoever asked. */
export const gone = (path: string): Step => ({
  as: as.secretKey,
  request: get(path),
  expect: { status: 404, code: "ITEM_NOT_FOUND", excludes: [] },
});
