import { deployedSecrets } from "../../deployed/secrets.ts";
import { requireFunction } from "./deploy.ts";
import { deleteSecretQuery, listSecretRows, putSecretQuery } from "./repository.ts";

export const functionSecretStore = deployedSecrets({
  kind: "function",
  owner: requireFunction,
  list: listSecretRows,
  put: (driver, { id, workspaceId }, row) => putSecretQuery(driver, { functionId: id, workspaceId, ...row }),
  remove: deleteSecretQuery,
});
