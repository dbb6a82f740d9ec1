import { PlinthClientError } from "@plinth/client";
import type { FieldPath, FieldValues, UseFormReturn } from "react-hook-form";
import { errorWords } from "../../ui/error-words.ts";
import { showRefusal } from "./refusal.ts";

/** Shows a refusal at the field of a form that stands for the part that the server names, such as `payload.fields.0`. */
export function showRefusalAt<T extends FieldValues>(
  fieldOf: (part: string) => FieldPath<T> | undefined,
): (form: UseFormReturn<T>, error: unknown) => void {
  return (form, error) => {
    const named = error instanceof PlinthClientError ? error.details?.field : undefined;
    const field = typeof named === "string" ? fieldOf(named) : undefined;
    if (field === undefined) showRefusal(form, error);
    else form.setError(field, { type: "server", message: errorWords(error) }, { shouldFocus: true });
  };
}
