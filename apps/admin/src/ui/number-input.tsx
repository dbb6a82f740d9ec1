import { type ComponentProps, type KeyboardEvent, useState } from "react";
import { Input } from "./input.tsx";
import { parseNumber, stepNumber } from "./number-text.ts";

export interface NumberInputProps extends Omit<ComponentProps<"input">, "value" | "onChange" | "type" | "min" | "max"> {
  value: number | null;
  /** `null` if the field is empty. Not called while the text is no number. */
  onValueChange: (value: number | null) => void;
  min?: number;
  max?: number;
  /** Change by an arrow key; ten times as much with Shift. */
  step?: number;
}

/** For numbers that a double holds. Exact decimals and 64-bit integers are texts: `Input` with `inputMode="decimal"`. */
export function NumberInput({ value, onValueChange, min, max, step = 1, onBlur, ...rest }: NumberInputProps) {
  const [draft, setDraft] = useState<string>();
  const text = draft ?? (value === null ? "" : String(value));
  const change = (next: string) => {
    setDraft(next);
    const parsed = parseNumber(next);
    if (parsed !== undefined) onValueChange(parsed);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
    event.preventDefault();
    const by = (event.key === "ArrowUp" ? step : -step) * (event.shiftKey ? 10 : 1);
    setDraft(undefined);
    onValueChange(stepNumber(value, by, min, max));
  };
  const unreadable = draft !== undefined && parseNumber(draft) === undefined;
  return (
    <Input
      {...rest}
      {...(unreadable ? { "aria-invalid": true } : {})}
      inputMode="decimal"
      value={text}
      onChange={(event) => change(event.target.value)}
      onKeyDown={onKeyDown}
      onBlur={(event) => {
        // A text that is no number stays, so that it can be mended.
        if (!unreadable) setDraft(undefined);
        onBlur?.(event);
      }}
    />
  );
}
