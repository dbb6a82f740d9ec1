import type { ComponentProps } from "react";
import { cn } from "./cn.ts";

export function Label({ className, ...rest }: ComponentProps<"label">) {
  // biome-ignore lint/a11y/noLabelWithoutControl: the caller gives `htmlFor` or a control as a child
  return <label {...rest} className={cn("font-medium text-ink text-sm", className)} />;
}
