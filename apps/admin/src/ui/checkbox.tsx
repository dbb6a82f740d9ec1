import { Check, Minus } from "lucide-react";
import { Checkbox as Primitive } from "radix-ui";
import type { ComponentProps } from "react";
import { cn } from "./cn.ts";
import { useFieldControl } from "./field-context.ts";

export const boxStyle = cn(
  "relative inline-flex size-4 shrink-0 items-center justify-center rounded-sm align-middle border border-line-strong bg-surface text-on-accent",
  // The area that can be pressed is larger than the box.
  "after:absolute after:-inset-1 pointer-coarse:after:-inset-3.5",
  "data-[state=checked]:border-accent data-[state=checked]:bg-accent",
  "data-[state=indeterminate]:border-accent data-[state=indeterminate]:bg-accent",
  "forced-colors:data-[state=checked]:border-[Highlight] forced-colors:data-[state=checked]:bg-[Highlight]",
  "forced-colors:data-[state=checked]:forced-color-adjust-none forced-colors:data-[state=checked]:text-[HighlightText]",
  "aria-invalid:border-danger disabled:cursor-not-allowed disabled:opacity-55",
);

/** The box itself; its label comes from a `Field` with `inline`, a `Label` or `aria-label`. */
export function Checkbox({ className, id, ...rest }: ComponentProps<typeof Primitive.Root>) {
  return (
    <Primitive.Root {...useFieldControl({ id })} {...rest} className={cn(boxStyle, className)}>
      <Primitive.Indicator>
        {rest.checked === "indeterminate" ? (
          <Minus aria-hidden className="size-3.5" />
        ) : (
          <Check aria-hidden className="size-3.5" />
        )}
      </Primitive.Indicator>
    </Primitive.Root>
  );
}
