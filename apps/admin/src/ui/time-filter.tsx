import { type ReactNode, useId } from "react";
import { DateTimeInput } from "./date-time-input.tsx";

interface TimeFilterProps {
  readonly name: string;
  /** ISO 8601. */
  readonly value: string | null;
  readonly onChange: (value: string | undefined) => void;
}

/** One end of a span of time, in a toolbar of filters. */
export function TimeFilter({ name, value, onChange }: TimeFilterProps): ReactNode {
  const id = useId();
  return (
    <div className="flex w-full items-center gap-2 sm:w-auto">
      <span id={id} className="w-12 shrink-0 text-muted text-sm sm:w-auto">
        {name}
      </span>
      <DateTimeInput
        step={60}
        kind="datetime"
        aria-labelledby={id}
        value={value}
        onValueChange={(next) => onChange(next ?? undefined)}
        className="min-w-0 flex-1 sm:w-48"
      />
    </div>
  );
}
