import { useLingui } from "@lingui/react/macro";
import type { ComponentProps } from "react";
import { type DateTimeKind, fromLocalInput, toLocalInput } from "./date-time-value.ts";
import { Input } from "./input.tsx";

export interface DateTimeInputProps extends Omit<ComponentProps<"input">, "value" | "onChange" | "type"> {
  kind: DateTimeKind;
  /** `2026-11-29`, `18:30:00` or a UTC time, by kind. */
  value: string | null;
  onValueChange: (value: string | null) => void;
}

/** The browser's own pickers. Times with a date are shown in the browser's zone and kept in UTC. */
export function DateTimeInput({ kind, value, onValueChange, step = 0.001, ...rest }: DateTimeInputProps) {
  const { t } = useLingui();
  const local = kind === "datetime" ? toLocalInput(value ?? "") : (value ?? "");
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return (
    <Input
      {...rest}
      type={kind === "datetime" ? "datetime-local" : kind}
      step={kind === "date" ? undefined : step}
      title={kind === "datetime" ? t`In the time zone ${zone}` : undefined}
      value={local}
      onChange={(event) => {
        const next = event.target.value;
        onValueChange(kind === "datetime" ? fromLocalInput(next) : next === "" ? null : next);
      }}
    />
  );
}
