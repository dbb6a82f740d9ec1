import { cn } from "./cn.ts";

export function Separator({ vertical = false, className }: { vertical?: boolean; className?: string }) {
  return vertical ? (
    <div aria-hidden className={cn("self-stretch border-l", className)} />
  ) : (
    <hr className={cn("border-0 border-t", className)} />
  );
}
