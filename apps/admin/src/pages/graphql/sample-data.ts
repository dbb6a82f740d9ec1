import type { FillSample } from "../../app/sample-data.ts";

/** A document that a page may ask for by its hash. */
export const fillSample: FillSample = async (api) => {
  await api("/graphql-settings", { add_trusted: ["{\n  __typename\n}"] }, "PATCH");
  return {};
};
