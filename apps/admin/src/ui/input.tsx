import type { ComponentProps } from "react";
import { cn } from "./cn.ts";
import { useFieldControl } from "./field-context.ts";

/** Shared by all controls that one types into. At 16 px on touch screens, as iOS enlarges the page below that. */
export const inputStyle = cn(
  "w-full min-w-0 rounded-md border border-line-strong bg-surface px-2 text-ink text-sm",
  "focus-visible:outline-offset-0 pointer-coarse:text-lg",
  "aria-invalid:border-danger [&[readonly]]:bg-sunken disabled:cursor-not-allowed disabled:border-line disabled:bg-sunken disabled:text-subtle",
);

export function Input({ className, id, ...rest }: ComponentProps<"input">) {
  return (
    <input
      {...useFieldControl({ id })}
      autoComplete="off"
      {...rest}
      className={cn(inputStyle, "h-8 pointer-coarse:h-11", className)}
    />
  );
}
