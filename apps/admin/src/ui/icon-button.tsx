import type { ReactNode } from "react";
import { Button, type ButtonProps } from "./button.tsx";
import { Tooltip } from "./tooltip.tsx";

export interface IconButtonProps extends Omit<ButtonProps, "icon" | "aria-label" | "size" | "children" | "asChild"> {
  /** What the button does, for screen readers and as a tooltip. */
  label: string;
  icon: ReactNode;
  shortcut?: string;
  size?: "sm" | "md";
}

export function IconButton({ label, icon, shortcut, size = "md", variant = "ghost", ...rest }: IconButtonProps) {
  return (
    <Tooltip content={label} shortcut={shortcut}>
      <Button {...rest} variant={variant} size={size === "sm" ? "icon-sm" : "icon"} aria-label={label} icon={icon} />
    </Tooltip>
  );
}
