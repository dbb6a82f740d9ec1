import { Trans } from "@lingui/react/macro";
import { fieldType, type Json } from "@plinth/core";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useCallback } from "react";
import { apiKey } from "../../api/hooks.ts";
import { useWorkspace } from "../../api/workspace.ts";
import { type CollectionInfo, fieldsOf, titleField, useCollection } from "../../data/collections.ts";
import type { DiffViewProps } from "../../ui/diff-view.tsx";
import { Time } from "../../ui/time.tsx";

/** How the values of a version are shown: related items by their titles, and times as people read them. */
export function useVersionValue(collection: CollectionInfo): NonNullable<DiffViewProps["show"]> {
  return useCallback(
    (name, value) => {
      const field = fieldsOf(collection).find((one) => one.name === name);
      if (typeof value === "boolean") return value ? <Trans>yes</Trans> : <Trans>no</Trans>;
      if (!field || typeof value !== "string") return undefined;
      const { kind, calendar } = fieldType(field);
      if (kind === "reference" && field.to !== undefined) return <RelatedTitle to={field.to} id={value} />;
      return calendar?.zoned ? <Time absolute value={value} /> : undefined;
    },
    [collection],
  );
}

/** The title of a related item; its id where there is no such item any more. */
function RelatedTitle({ to, id }: { readonly to: string; readonly id: string }): ReactNode {
  const { slug: workspace, client } = useWorkspace();
  const target = useCollection(to);
  const title = target ? titleField(target) : "id";
  const { data } = useQuery({
    queryKey: apiKey(workspace, `items/${to}`, { id, title }),
    // A list: an item that is gone is no error of this page.
    queryFn: async ({ signal }) => {
      const { data: found } = await client
        .from(to)
        .list({ filter: { id }, fields: ["id", title], limit: 1 }, { signal });
      return (found as readonly Readonly<Record<string, Json>>[])[0]?.[title] ?? null;
    },
    enabled: title !== "id",
    staleTime: 60_000,
    retry: false,
  });
  return typeof data === "string" && data !== "" ? data : <code className="break-all">{id}</code>;
}
