import { NATIVE } from "../../http/native.ts";
import type { Protocol } from "../../http/protocol.ts";
import { graphqlErrorResponse } from "./errors.ts";
import { graphqlRoutes } from "./routes.ts";

/** Collections as types of GraphQL. */
export const graphql: Protocol = {
  ...NATIVE,
  name: "graphql",
  bases: ["/api/graphql"],
  errorResponse: graphqlErrorResponse,
  routes: graphqlRoutes,
};
