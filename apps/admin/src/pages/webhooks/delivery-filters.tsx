import { useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import * as z from "zod";
import { SearchInput } from "../../ui/search-input.tsx";
import { SegmentedControl } from "../../ui/segmented-control.tsx";
import { TimeFilter } from "../../ui/time-filter.tsx";
import { Toolbar } from "../../ui/toolbar.tsx";

/** Which deliveries are shown. */
export const deliveryFilter = z.object({
  state: z.enum(["pending", "delivered", "failed"]).optional(),
  type: z.string().max(200).optional(),
  /** The id of an item. */
  item: z.string().max(200).optional(),
  since: z.iso.datetime().optional(),
  until: z.iso.datetime().optional(),
});

type DeliveryFilter = z.infer<typeof deliveryFilter>;

interface DeliveryFiltersProps {
  readonly filter: DeliveryFilter;
  readonly onFilter: (next: DeliveryFilter, how?: { readonly replace?: boolean }) => void;
}

export function DeliveryFilters({ filter, onFilter }: DeliveryFiltersProps): ReactNode {
  const { t } = useLingui();
  return (
    <Toolbar label={t`Filter`} className="pb-3">
      <SegmentedControl
        aria-label={t`State`}
        value={filter.state ?? "all"}
        onValueChange={(state) => onFilter({ state: state === "all" ? undefined : state })}
        options={[
          { value: "all", label: t`All` },
          { value: "pending", label: t`Waiting` },
          { value: "delivered", label: t`Delivered` },
          { value: "failed", label: t`Failed` },
        ]}
      />
      <SearchInput
        label={t`Message`}
        value={filter.type ?? ""}
        onSearch={(text) => onFilter({ type: text || undefined }, { replace: true })}
        className="w-full sm:w-40"
      />
      <SearchInput
        label={t`Id of the item`}
        value={filter.item ?? ""}
        onSearch={(text) => onFilter({ item: text || undefined }, { replace: true })}
        className="w-full sm:w-40"
      />
      <TimeFilter name={t`From`} value={filter.since ?? null} onChange={(since) => onFilter({ since })} />
      <TimeFilter name={t`To`} value={filter.until ?? null} onChange={(until) => onFilter({ until })} />
    </Toolbar>
  );
}
