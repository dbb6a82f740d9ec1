import { Switch as Primitive } from "radix-ui";
import type { ComponentProps } from "react";
import { cn } from "./cn.ts";
import { useFieldControl } from "./field-context.ts";

/** For what takes effect at once. In a form that is saved later use a `Checkbox`. */
export function Switch({ className, id, ...rest }: ComponentProps<typeof Primitive.Root>) {
  return (
    <Primitive.Root
      {...useFieldControl({ id })}
      {...rest}
      className={cn(
        "relative inline-flex h-5 w-8 shrink-0 items-center rounded-full border border-line-strong bg-sunken p-px",
        "after:absolute after:-inset-1 pointer-coarse:after:-inset-3",
        "data-[state=checked]:border-accent data-[state=checked]:bg-accent disabled:cursor-not-allowed disabled:opacity-55",
        // A contrast theme paints both states alike, except for where the knob is.
        "forced-colors:forced-color-adjust-none forced-colors:border-[ButtonText] forced-colors:bg-[Canvas]",
        "forced-colors:data-[state=checked]:border-[Highlight] forced-colors:data-[state=checked]:bg-[Highlight]",
        className,
      )}
    >
      <Primitive.Thumb
        className={cn(
          "block size-3.5 translate-x-px rounded-full bg-line-strong transition-transform",
          "data-[state=checked]:translate-x-[0.8125rem] data-[state=checked]:bg-on-accent",
          "forced-colors:bg-[ButtonText] forced-colors:data-[state=checked]:bg-[HighlightText]",
        )}
      />
    </Primitive.Root>
  );
}
