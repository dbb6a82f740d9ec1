import { Trans, useLingui } from "@lingui/react/macro";
import { type ReactNode, useMemo } from "react";
import * as z from "zod";
import { SECURITY_EVENT_NAMES } from "../../data/security-events.ts";
import { Button } from "../../ui/button.tsx";
import { Combobox } from "../../ui/combobox.tsx";
import { SearchInput } from "../../ui/search-input.tsx";
import { SegmentedControl } from "../../ui/segmented-control.tsx";
import { TimeFilter } from "../../ui/time-filter.tsx";
import { Toolbar } from "../../ui/toolbar.tsx";
import { PersonPicker } from "./person-picker.tsx";

const text = z.string().max(100).optional();

/** Which events are shown, as the address holds it and the API takes it. */
export const logAddress = z.object({
  type: text,
  outcome: z.enum(["ok", "failed"]).optional(),
  actor: text,
  target: text,
  address: text,
  from: z.iso.datetime().optional(),
  to: z.iso.datetime().optional(),
});

export type LogAddress = z.output<typeof logAddress>;

const ALL = {
  type: undefined,
  outcome: undefined,
  actor: undefined,
  target: undefined,
  address: undefined,
  from: undefined,
  to: undefined,
} as const;

/** When a day began where the browser is; 0 is today. */
function midnight(day: number): string {
  const now = new Date();
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + day).toISOString();
}

interface LogFiltersProps {
  readonly filter: LogAddress;
  readonly onFilter: (next: Partial<LogAddress>, how?: { readonly replace?: boolean }) => void;
  /** The log of the operators: users and keys of a workspace do nothing there. */
  readonly ofOperators: boolean;
}

export function LogFilters({ filter, onFilter, ofOperators }: LogFiltersProps): ReactNode {
  const { t } = useLingui();
  const { type = null, outcome = "all", actor = null, from = null, to = null } = filter;
  const types = useMemo(
    () =>
      Object.entries(SECURITY_EVENT_NAMES)
        .map(([value, name]) => ({ value, label: t(name) }))
        .sort((a, b) => a.label.localeCompare(b.label)),
    [t],
  );
  const days = [
    { label: t`Today`, range: { from: midnight(0), to: undefined } },
    { label: t`Yesterday`, range: { from: midnight(-1), to: midnight(0) } },
  ];
  return (
    <Toolbar label={t`Filter`} className="pb-3">
      <SegmentedControl
        aria-label={t`Outcome`}
        value={outcome}
        onValueChange={(next) => onFilter({ outcome: next === "all" ? undefined : next })}
        options={[
          { value: "all", label: t`All` },
          { value: "ok", label: t`Done` },
          { value: "failed", label: t`Failed` },
        ]}
      />
      <Combobox
        aria-label={t`Event`}
        placeholder={t`All events`}
        value={type}
        onValueChange={(next) => onFilter({ type: next ?? undefined })}
        source={types}
        clearable
        className="w-full sm:w-52"
      />
      <PersonPicker
        value={actor}
        onValueChange={(next) => onFilter({ actor: next })}
        ofOperators={ofOperators}
        className="w-full sm:w-48"
      />
      {days.map(({ label, range }) => (
        <Button key={label} variant="ghost" onClick={() => onFilter(range)}>
          {label}
        </Button>
      ))}
      <TimeFilter name={t`Since`} value={from} onChange={(next) => onFilter({ from: next }, { replace: true })} />
      <TimeFilter name={t`Until`} value={to} onChange={(next) => onFilter({ to: next }, { replace: true })} />
      <SearchInput
        label={t`IP address`}
        value={filter.address ?? ""}
        onSearch={(next) => onFilter({ address: next || undefined }, { replace: true })}
        className="w-full sm:w-44"
      />
      {Object.values(filter).some((value) => value !== undefined) && (
        <Button variant="ghost" onClick={() => onFilter(ALL)}>
          <Trans>Show all</Trans>
        </Button>
      )}
    </Toolbar>
  );
}
