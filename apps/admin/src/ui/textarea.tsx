import type { ComponentProps } from "react";
import { cn } from "./cn.ts";
import { useFieldControl } from "./field-context.ts";
import { inputStyle } from "./input.tsx";

/** Grows with its text up to 20 lines where the browser can. */
export function Textarea({ className, id, rows = 3, ...rest }: ComponentProps<"textarea">) {
  return (
    <textarea
      {...useFieldControl({ id })}
      rows={rows}
      {...rest}
      className={cn(inputStyle, "field-sizing-content max-h-[27rem] min-h-16 py-1.5", className)}
    />
  );
}
