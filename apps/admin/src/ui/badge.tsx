import { cva, type VariantProps } from "class-variance-authority";
import type { ComponentProps } from "react";
import { cn } from "./cn.ts";

const badgeStyle = cva(
  // On the line of what stands beside it, also where an icon comes first.
  "inline-flex h-5 max-w-full items-baseline gap-1 rounded-sm border border-transparent px-1.5 font-medium text-xs leading-[1.125rem] whitespace-nowrap [&_svg]:size-3 [&_svg]:self-center",
  {
    variants: {
      tone: {
        neutral: "border-line bg-sunken text-muted",
        accent: "bg-accent-soft text-accent-ink",
        success: "bg-success-soft text-success-ink",
        warning: "bg-warning-soft text-warning-ink",
        danger: "bg-danger-soft text-danger-ink",
        info: "bg-info-soft text-info-ink",
      },
    },
    defaultVariants: { tone: "neutral" },
  },
);

export type BadgeProps = ComponentProps<"span"> & VariantProps<typeof badgeStyle>;

export function Badge({ tone, className, ...rest }: BadgeProps) {
  return <span {...rest} className={cn(badgeStyle({ tone }), "forced-colors:border-[ButtonText]", className)} />;
}
