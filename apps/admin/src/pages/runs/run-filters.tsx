import { useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import * as z from "zod";
import { SearchInput } from "../../ui/search-input.tsx";
import { Select } from "../../ui/select.tsx";
import { TimeFilter } from "../../ui/time-filter.tsx";
import { Toolbar } from "../../ui/toolbar.tsx";
import { RUN_SPANS } from "./run-times.ts";
import { RUN_KINDS, RUN_STATUSES, useKindNames, useStatusNames } from "./run-words.tsx";

const id = z.string().max(100).optional();

/** Which runs are shown. */
export const runListFilter = z.object({
  kind: z.enum(RUN_KINDS).optional(),
  status: z.enum(RUN_STATUSES).optional(),
  name: z.string().max(200).optional(),
  ...{ trace: id, request: id, job: id, item: id },
  /** A span up to now, or `between` for one with both ends. */
  time: z.enum([...RUN_SPANS, "between"]).optional(),
  since: z.iso.datetime().optional(),
  until: z.iso.datetime().optional(),
});

export type RunListFilter = z.infer<typeof runListFilter>;

interface RunFiltersProps {
  readonly filter: RunListFilter;
  readonly onFilter: (next: RunListFilter, how?: { readonly replace?: boolean }) => void;
}

export function RunFilters({ filter, onFilter }: RunFiltersProps): ReactNode {
  const { t } = useLingui();
  const statuses = useStatusNames();
  const kinds = useKindNames();
  return (
    <Toolbar label={t`Filter`} className="pb-3">
      <Select
        aria-label={t`Kind`}
        value={filter.kind ?? "all"}
        onValueChange={(kind) => onFilter({ kind: kind === "all" ? undefined : kind })}
        options={[
          { value: "all", label: t`All kinds` },
          ...RUN_KINDS.map((kind) => ({ value: kind, label: kinds[kind] })),
        ]}
        className="w-40"
      />
      <Select
        aria-label={t`State`}
        value={filter.status ?? "all"}
        onValueChange={(status) => onFilter({ status: status === "all" ? undefined : status })}
        options={[
          { value: "all", label: t`All states` },
          ...RUN_STATUSES.map((status) => ({ value: status, label: statuses[status] })),
        ]}
        className="w-40"
      />
      <TimeChoice filter={filter} onFilter={onFilter} />
      <SearchInput
        label={t`Name`}
        value={filter.name ?? ""}
        onSearch={(text) => onFilter({ name: text || undefined }, { replace: true })}
        className="w-full sm:w-44"
      />
      <SearchInput
        label={t`Request`}
        value={filter.request ?? ""}
        onSearch={(text) => onFilter({ request: text || undefined }, { replace: true })}
        className="w-full sm:w-44"
      />
      {filter.time === "between" && (
        <>
          <TimeFilter name={t`From`} value={filter.since ?? null} onChange={(since) => onFilter({ since })} />
          <TimeFilter name={t`To`} value={filter.until ?? null} onChange={(until) => onFilter({ until })} />
        </>
      )}
    </Toolbar>
  );
}

function TimeChoice({ filter: { time }, onFilter }: RunFiltersProps): ReactNode {
  const { t } = useLingui();
  const names = {
    hour: t`Last hour`,
    today: t`Today`,
    day: t`Last 24 hours`,
    week: t`Last 7 days`,
    between: t`Between two times`,
  };
  return (
    <Select
      aria-label={t`Time`}
      value={time ?? "all"}
      onValueChange={(next) =>
        onFilter({
          time: next === "all" ? undefined : next,
          ...(next !== "between" && { since: undefined, until: undefined }),
        })
      }
      options={[
        { value: "all", label: t`Any time` },
        ...([...RUN_SPANS, "between"] as const).map((span) => ({ value: span, label: names[span] })),
      ]}
      className="w-44"
    />
  );
}
