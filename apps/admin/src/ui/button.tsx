import { cva, type VariantProps } from "class-variance-authority";
import { Slot } from "radix-ui";
import type { ComponentProps, ReactNode } from "react";
import { cn } from "./cn.ts";
import { Spinner } from "./spinner.tsx";

export const buttonStyle = cva(
  [
    "inline-flex shrink-0 select-none items-center justify-center gap-1.5 rounded-md border border-transparent",
    "font-medium text-sm whitespace-nowrap transition-colors [&_svg]:size-4 [&_svg]:shrink-0",
    "disabled:cursor-not-allowed disabled:opacity-55 aria-disabled:cursor-default",
  ],
  {
    variants: {
      variant: {
        primary: cn(
          "bg-accent text-on-accent hover:bg-accent-hover",
          // A contrast theme paints all buttons alike.
          "forced-colors:bg-[ButtonText] forced-colors:text-[ButtonFace] forced-colors:forced-color-adjust-none",
        ),
        secondary: "border-line-strong/50 bg-surface text-ink hover:bg-hover",
        ghost: "text-muted hover:bg-hover hover:text-ink data-[state=open]:bg-hover data-[state=open]:text-ink",
        danger: "bg-danger text-on-danger hover:bg-danger-hover",
        link: "text-accent-ink underline-offset-2 hover:underline",
      },
      size: {
        sm: "h-7 px-2 pointer-coarse:min-h-11",
        md: "h-8 px-3 pointer-coarse:min-h-11",
        lg: "h-10 px-4 text-base pointer-coarse:min-h-11",
        icon: "size-8 pointer-coarse:size-11",
        "icon-sm": "size-6 pointer-coarse:size-11",
      },
    },
    compoundVariants: [{ variant: "link", size: ["sm", "md"], className: "h-auto min-h-6 px-0 forced-colors:px-1" }],
    defaultVariants: { variant: "secondary", size: "md" },
  },
);

export interface ButtonProps extends ComponentProps<"button">, VariantProps<typeof buttonStyle> {
  icon?: ReactNode;
  /** Shows that the action runs. The button keeps its focus and its width, and does nothing when pressed again. */
  pending?: boolean;
  /** The only child is the element itself, for example a link. */
  asChild?: boolean;
}

export function Button({
  variant,
  size,
  icon,
  pending = false,
  asChild = false,
  className,
  children,
  onClick,
  type,
  ...rest
}: ButtonProps) {
  const Element = asChild ? Slot.Root : "button";
  return (
    <Element
      {...rest}
      {...(asChild ? {} : { type: type ?? "button" })}
      {...(pending ? { "aria-busy": true, "aria-disabled": true } : {})}
      className={cn(buttonStyle({ variant, size }), className)}
      onClick={pending ? (event) => event.preventDefault() : onClick}
    >
      {pending ? <Spinner /> : icon}
      <Slot.Slottable>{children}</Slot.Slottable>
    </Element>
  );
}
