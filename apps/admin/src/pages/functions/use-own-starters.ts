import { useLingui } from "@lingui/react/macro";
import { isJsonObject } from "../../data/json-text.ts";

/** What of its own settings starts a function by itself. */
export function useOwnStarters(others: string): readonly string[] {
  const { t } = useLingui();
  if (!isJsonObject(others)) return [];
  const { triggers = {} } = JSON.parse(others) as { readonly triggers?: Readonly<Record<string, unknown>> };
  const names: Readonly<Record<string, string>> = {
    cron: t`its times`,
    changes: t`changes of items`,
    dates: t`dates of items`,
    failed_jobs: t`failed jobs`,
  };
  return Object.entries(triggers).flatMap(([kind, list]) =>
    Array.isArray(list) && list.length > 0 ? (names[kind] ?? kind) : [],
  );
}
