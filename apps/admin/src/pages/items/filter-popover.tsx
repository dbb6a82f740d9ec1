import { Trans, useLingui } from "@lingui/react/macro";
import type { JsonObject } from "@plinth/core";
import { ListFilter } from "lucide-react";
import { useState } from "react";
import type { CollectionInfo } from "../../data/collections.ts";
import { FilterBuilder } from "../../filter/filter-builder.tsx";
import { countConditions, parseFilter } from "../../filter/tree.ts";
import { type ApiCall, samplesOf } from "../../schema/code-samples.ts";
import { useApiAddress } from "../../schema/use-api-address.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { CodeBlock } from "../../ui/code-block.tsx";
import { Popover } from "../../ui/popover.tsx";

export interface FilterPopoverProps {
  readonly collection: CollectionInfo;
  readonly filter: JsonObject | undefined;
  readonly onChange: (filter: JsonObject | undefined) => void;
}

/** The filter of a list, applied while it is built, with the same query for programs. */
export function FilterPopover({ collection, filter, onChange }: FilterPopoverProps) {
  const { t } = useLingui();
  const address = useApiAddress();
  const [shows, setShows] = useState(false);
  const count = filter ? countConditions(parseFilter(filter)) : 0;
  return (
    <Popover
      label={t`Filter`}
      className="flex w-[42rem] flex-col gap-3"
      trigger={
        <Button icon={<ListFilter aria-hidden />}>
          {t`Filter`}
          {count > 0 && <Badge tone="accent">{count}</Badge>}
        </Button>
      }
    >
      <FilterBuilder collection={collection} value={filter} onChange={onChange} />
      <div className="flex flex-wrap justify-between gap-2 border-t pt-3">
        <Button size="sm" variant="ghost" onClick={() => setShows(!shows)} aria-expanded={shows}>
          <Trans>Show the query</Trans>
        </Button>
        <Button size="sm" disabled={count === 0} onClick={() => onChange(undefined)}>
          <Trans>Remove the filter</Trans>
        </Button>
      </div>
      {shows && <CodeBlock samples={samplesOf(listOf(collection.slug, filter ?? {}), address)} />}
    </Popover>
  );
}

function listOf(slug: string, filter: JsonObject): ApiCall {
  return {
    method: "GET",
    path: `/api/items/${slug}`,
    query: { filter: JSON.stringify(filter) },
    client: `client.from(${JSON.stringify(slug)}).list({ filter: ${JSON.stringify(filter)} })`,
  };
}
