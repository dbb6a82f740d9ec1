import { useMemo } from "react";
import { useApiGet } from "../api/hooks.ts";
import type { Option } from "../ui/option.ts";

/** Every caller has them: nobody is given them. */
const EVERYBODYS: ReadonlySet<string> = new Set(["public", "authenticated"]);

/** The roles that a user or a key can be given, as choices. */
export function useRoleOptions(): readonly Option[] {
  const { data } = useApiGet<readonly { readonly name: string }[]>("roles");
  return useMemo(
    () => (data ?? []).filter(({ name }) => !EVERYBODYS.has(name)).map(({ name }) => ({ value: name, label: name })),
    [data],
  );
}

export function optionsOf(values: readonly string[]): Option[] {
  return values.map((value) => ({ value, label: value }));
}

export function valuesOf(options: readonly Option[]): string[] {
  return options.map(({ value }) => value);
}
