import { deployedSecrets } from "../../deployed/secrets.ts";
import * as z from "../../kernel/zod.ts";
import { requireFlow } from "./find-flow.ts";
import { deleteFlowSecretQuery, listFlowSecretRows, putFlowSecretQuery } from "./repository.ts";

export const flowSecretSchema = z.strictObject({ value: z.string().min(1).max(8192) });

export const flowSecretStore = deployedSecrets({
  kind: "flow",
  owner: requireFlow,
  list: listFlowSecretRows,
  put: (driver, { id, workspaceId }, row) => putFlowSecretQuery(driver, { flowId: id, workspaceId, ...row }),
  remove: deleteFlowSecretQuery,
});
