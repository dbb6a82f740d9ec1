import { useLingui } from "@lingui/react/macro";
import { type CSSProperties, type ReactNode, useRef } from "react";
import { cn } from "./cn.ts";
import { useStored } from "./stored.ts";

export interface SplitPaneProps {
  /** Under this name the browser remembers the width. */
  name: string;
  first: ReactNode;
  second: ReactNode;
  /** Per cent of the first part, between 15 and 85. */
  initial?: number;
  className?: string;
}

const clamp = (share: number): number => Math.min(85, Math.max(15, Math.round(share)));

/** Two parts side by side with a movable border; one above the other where it is narrow. */
export function SplitPane({ name, first, second, initial = 50, className }: SplitPaneProps) {
  const { t } = useLingui();
  const frame = useRef<HTMLDivElement>(null);
  const [stored, setStored] = useStored(`split.${name}`, String(initial));
  const share = clamp(Number(stored) || initial);
  const move = (clientX: number) => {
    const box = frame.current!.getBoundingClientRect();
    setStored(String(clamp((100 * (clientX - box.left)) / box.width)));
  };
  return (
    <div
      ref={frame}
      className={cn("flex min-h-0 min-w-0 flex-col md:flex-row", className)}
      style={{ "--share": `${share}%` } as CSSProperties}
    >
      <div className="min-h-0 min-w-0 md:w-(--share)">{first}</div>
      {/* biome-ignore lint/a11y/useSemanticElements: a separator that moves is no hr */}
      <div
        role="separator"
        aria-label={t`Width of the parts`}
        aria-orientation="vertical"
        aria-valuenow={share}
        aria-valuemin={15}
        aria-valuemax={85}
        tabIndex={0}
        className="relative hidden w-px shrink-0 cursor-col-resize touch-none bg-line after:absolute after:-inset-x-1.5 after:inset-y-0 hover:bg-accent md:block"
        onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
        onPointerMove={(event) => {
          if (event.currentTarget.hasPointerCapture(event.pointerId)) move(event.clientX);
        }}
        onKeyDown={(event) => {
          const by = event.key === "ArrowLeft" ? -5 : event.key === "ArrowRight" ? 5 : 0;
          if (by === 0) return;
          event.preventDefault();
          setStored(String(clamp(share + by)));
        }}
      />
      <div className="min-h-0 min-w-0 flex-1">{second}</div>
    </div>
  );
}
