import { Plural, Trans } from "@lingui/react/macro";
import { ChevronLeft, ChevronRight } from "lucide-react";
import { Button } from "./button.tsx";

export interface LoadMoreProps {
  /** Rows on the screen. */
  shown: number;
  hasMore: boolean;
  pending?: boolean;
  onLoadMore: () => void;
}

/** Ends a list that is read by cursor: a total is not known, and not asked for. */
export function LoadMore({ shown, hasMore, pending = false, onLoadMore }: LoadMoreProps) {
  return (
    <div className="flex flex-wrap items-center justify-center gap-3 py-3 text-muted text-sm">
      <span role="status">
        {hasMore ? (
          <Plural value={shown} one="# shown, more follow" other="# shown, more follow" />
        ) : (
          <Plural value={shown} one="# in all" other="# in all" />
        )}
      </span>
      {hasMore && (
        <Button size="sm" pending={pending} onClick={onLoadMore}>
          <Trans>Load more</Trans>
        </Button>
      )}
    </div>
  );
}

export interface CursorPagerProps {
  onPrevious: (() => void) | undefined;
  onNext: (() => void) | undefined;
  pending?: boolean;
}

/** Page by page; `undefined` where there is no page. */
export function CursorPager({ onPrevious, onNext, pending = false }: CursorPagerProps) {
  return (
    <div className="flex items-center justify-end gap-2 py-2">
      <Button size="sm" icon={<ChevronLeft aria-hidden />} disabled={!onPrevious || pending} onClick={onPrevious}>
        <Trans>Previous</Trans>
      </Button>
      <Button size="sm" disabled={!onNext || pending} onClick={onNext}>
        <Trans>Next</Trans>
        <ChevronRight aria-hidden />
      </Button>
    </div>
  );
}
