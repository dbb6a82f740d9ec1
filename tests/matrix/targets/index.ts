import type { Target } from "../target.ts";
import { bunPostgres, bunSqlite } from "./bun.ts";
import { denoPostgres, denoSqlite } from "./deno.ts";
import { lambdaPostgres } from "./lambda.ts";
import { netlifyEdgeNeon } from "./netlify-edge.ts";
import { nodePglite, nodePostgres, nodeSqlite } from "./node.ts";
import { vercelEdgeNeon } from "./vercel-edge.ts";
import { vercelNodePostgres } from "./vercel-node.ts";
import { workerdD1, workerdPostgres } from "./workerd.ts";

/** The rows of the grid, in its order. */
export const TARGETS: readonly Target[] = [
  bunSqlite,
  bunPostgres,
  nodeSqlite,
  nodePostgres,
  nodePglite,
  denoSqlite,
  denoPostgres,
  workerdD1,
  workerdPostgres,
  vercelEdgeNeon,
  vercelNodePostgres,
  netlifyEdgeNeon,
  lambdaPostgres,
];
