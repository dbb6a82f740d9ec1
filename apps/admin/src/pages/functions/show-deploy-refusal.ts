import { PlinthClientError } from "@plinth/client";
import type { UseFormReturn } from "react-hook-form";
import { showRefusal } from "../../app/forms/refusal.ts";
import { errorWords } from "../../ui/error-words.ts";
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
export function showDeployRefusal(form: UseFormReturn<FunctionForm>, error: unknown): void {
  const named = error instanceof PlinthClientError ? error.details?.field : undefined;
  const field = typeof named === "string" ? fieldOf(named) : undefined;
  if (field === undefined) showRefusal(form, error);
  else form.setError(field, { type: "server", message: errorWords(error) }, { shouldFocus: true });
}

function fieldOf(named: string): keyof FunctionForm | undefined {
  const part = Object.keys(PARTS).find((one) => named === one || named.startsWith(`${one}.`));
  if (part !== undefined) return PARTS[part];
  if (named === "name" || named === "source") return undefined;
  return "others";
}
