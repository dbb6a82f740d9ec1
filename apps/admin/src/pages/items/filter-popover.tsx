import { Trans, useLingui } from "@lingui/react/macro";
import type { JsonObject } from "@plinth/core";
import { ListFilter } from "lucide-react";
import { useState } from "react";
import { API_URL } from "../../api/config.ts";
import type { CollectionInfo } from "../../data/collections.ts";
import { FilterBuilder } from "../../filter/filter-builder.tsx";
import { countConditions, parseFilter } from "../../filter/tree.ts";
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
      {shows && <CodeBlock samples={samplesOf(collection.slug, filter ?? {})} />}
    </Popover>
  );
}

function samplesOf(slug: string, filter: JsonObject) {
  const text = JSON.stringify(filter);
  const url = `${API_URL}/api/items/${slug}`;
  return [
    {
      label: "curl",
      code: `curl -G "${url}" -H "x-api-key: $PLINTH_KEY" \\\n  --data-urlencode '${`filter=${text}`.replaceAll("'", "'\\''")}'`,
    },
    {
      label: "JavaScript",
      code: `const { data } = await client.from(${JSON.stringify(slug)}).list({ filter: ${text} });`,
    },
    {
      label: "Python",
      code: `requests.get("${url}", headers={"x-api-key": key},\n             params={"filter": json.dumps(${pythonOf(text)})}).json()`,
    },
  ];
}

/** JSON as Python writes it: its words for true, false and null stand outside of texts only. */
function pythonOf(json: string): string {
  const words: Readonly<Record<string, string>> = { true: "True", false: "False", null: "None" };
  return json.replace(/"(?:[^"\\]|\\.)*"|true|false|null/g, (part) => words[part] ?? part);
}
