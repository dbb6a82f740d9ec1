import { showRefusalAt } from "../../app/forms/show-refusal-at.ts";
import type { FunctionForm } from "./function-form.ts";

const PARTS: Readonly<Record<string, keyof FunctionForm>> = {
  "http.auth": "auth",
  "http.methods": "methods",
  "permissions.as": "as",
  "permissions.actions": "actions",
  "permissions.collections": "collections",
  "permissions.fetch": "fetch",
};

/** Shows a refusal at the field of the form that stands for the part of the settings that the server names. */
export const showDeployRefusal = showRefusalAt<FunctionForm>((named) => {
  const part = Object.keys(PARTS).find((one) => named === one || named.startsWith(`${one}.`));
  if (part !== undefined) return PARTS[part];
  return named === "name" || named === "source" ? named : "others";
});
