import { useState } from "react";
import { cn } from "./cn.ts";
import { initialsOf, toneOf } from "./initials.ts";

const TONES = [
  "bg-accent-soft text-accent-ink",
  "bg-info-soft text-info-ink",
  "bg-success-soft text-success-ink",
  "bg-warning-soft text-warning-ink",
  "bg-danger-soft text-danger-ink",
] as const;

const SIZE = { sm: "size-5 text-[0.625rem]", md: "size-7 text-xs", lg: "size-10 text-base" } as const;

export interface AvatarProps {
  name: string;
  /** Only addresses of the instance: the page's policy allows no others. */
  src?: string;
  size?: keyof typeof SIZE;
  className?: string;
}

/** Beside a name it is decoration, so it has no text of its own. */
export function Avatar({ name, src, size = "md", className }: AvatarProps) {
  const [broken, setBroken] = useState<string>();
  const shape = cn("inline-flex shrink-0 items-center justify-center rounded-full", SIZE[size], className);
  if (src !== undefined && broken !== src) {
    return <img src={src} alt="" className={cn(shape, "object-cover")} onError={() => setBroken(src)} />;
  }
  return (
    <span aria-hidden className={cn(shape, "border font-medium", TONES[toneOf(name, TONES.length)])}>
      {initialsOf(name)}
    </span>
  );
}
