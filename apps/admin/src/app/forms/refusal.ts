import { PlinthClientError } from "@plinth/client";
import { type FieldPath, type FieldValues, get, type UseFormReturn } from "react-hook-form";
import { errorWords } from "../../ui/error-words.ts";

/**
 * Shows what the server has refused at the field that it names, or else for the whole form, as `errors.root`. What was typed
 * stays.
 */
export function showRefusal<T extends FieldValues>(form: UseFormReturn<T>, error: unknown): void {
  const message = errorWords(error);
  const field = error instanceof PlinthClientError ? error.details?.field : undefined;
  const known = typeof field === "string" && Object.hasOwn(form.getValues(), field);
  if (known) form.setError(field as FieldPath<T>, { type: "server", message }, { shouldFocus: true });
  else form.setError("root", { type: "server", message });
}

/** What is wrong with a field: what the server has said of it, or else `local`; undefined where nothing is. */
export function problemOf<T extends FieldValues>(
  form: UseFormReturn<T>,
  field: FieldPath<T>,
  local: string,
): string | undefined {
  const error = get(form.formState.errors, field) as { readonly type?: string; readonly message?: string } | undefined;
  return error?.type === "server" ? error.message : error && local;
}
