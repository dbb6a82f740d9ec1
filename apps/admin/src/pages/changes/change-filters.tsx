import { Trans, useLingui } from "@lingui/react/macro";
import { X } from "lucide-react";
import type { ReactNode } from "react";
import * as z from "zod";
import { useCollections } from "../../data/collections.ts";
import { Button } from "../../ui/button.tsx";
import { Combobox } from "../../ui/combobox.tsx";
import { SearchInput } from "../../ui/search-input.tsx";
import { Select } from "../../ui/select.tsx";
import { TimeFilter } from "../../ui/time-filter.tsx";
import { Toolbar } from "../../ui/toolbar.tsx";
import { ActorPicker } from "./actor-picker.tsx";

const text = z.string().max(100).optional();

/** Which requests are shown, as the address holds it. */
export const changeAddress = z.object({
  collection: text,
  item: text,
  operation: z.enum(["insert", "update", "delete"]).optional(),
  actor: text,
  since: z.iso.datetime().optional(),
  until: z.iso.datetime().optional(),
  request: text,
});

export type ChangeAddress = z.output<typeof changeAddress>;

/** An item is known by its collection. */
export function changeQuery({ request, item, ...filter }: ChangeAddress) {
  return { ...filter, request_id: request, item: filter.collection === undefined ? undefined : item };
}

const ALL = {
  collection: undefined,
  item: undefined,
  operation: undefined,
  actor: undefined,
  since: undefined,
  until: undefined,
  request: undefined,
} as const;

interface ChangeFiltersProps {
  readonly filter: ChangeAddress;
  readonly onFilter: (next: Partial<ChangeAddress>, how?: { readonly replace?: boolean }) => void;
}

export function ChangeFilters({ filter, onFilter }: ChangeFiltersProps): ReactNode {
  const { t } = useLingui();
  const { data: collections = [] } = useCollections();
  const { collection = null, item, operation = "all", actor = null, since = null, until = null, request = "" } = filter;
  const isFiltered = Object.values(filter).some((value) => value !== undefined);
  return (
    <Toolbar label={t`Filter`} className="pb-3">
      <Combobox
        aria-label={t`Collection`}
        placeholder={t`All collections`}
        value={collection}
        onValueChange={(next) => onFilter({ collection: next ?? undefined, item: undefined })}
        source={collections.map(({ slug }) => ({ value: slug, label: slug }))}
        clearable
        className="w-full sm:w-36"
      />
      <Select
        aria-label={t`Kind of change`}
        value={operation}
        onValueChange={(next) => onFilter({ operation: next === "all" ? undefined : next })}
        options={[
          { value: "all", label: t`All changes` },
          { value: "insert", label: t`Created` },
          { value: "update", label: t`Changed` },
          { value: "delete", label: t`Deleted` },
        ]}
        className="w-full sm:w-32"
      />
      <ActorPicker value={actor} onValueChange={(next) => onFilter({ actor: next })} className="w-full sm:w-36" />
      <TimeFilter name={t`Since`} value={since} onChange={(next) => onFilter({ since: next }, { replace: true })} />
      <TimeFilter name={t`Until`} value={until} onChange={(next) => onFilter({ until: next }, { replace: true })} />
      <SearchInput
        label={t`Id of a request`}
        value={request}
        onSearch={(next) => onFilter({ request: next.trim() || undefined }, { replace: true })}
        className="w-full sm:w-40"
      />
      {item !== undefined && collection !== null && (
        <Button size="sm" icon={<X aria-hidden />} onClick={() => onFilter({ item: undefined })}>
          <Trans>Item {item.slice(-12)}</Trans>
        </Button>
      )}
      {isFiltered && (
        <Button variant="ghost" onClick={() => onFilter(ALL)}>
          <Trans>Show all</Trans>
        </Button>
      )}
    </Toolbar>
  );
}
