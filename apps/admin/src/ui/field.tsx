import { Trans } from "@lingui/react/macro";
import { CircleAlert } from "lucide-react";
import { type ReactNode, useId } from "react";
import { cn } from "./cn.ts";
import { FieldContextValue } from "./field-context.ts";
import { Label } from "./label.tsx";

export interface FieldProps {
  label: ReactNode;
  description?: ReactNode;
  /** What is wrong and what would be right. */
  error?: ReactNode;
  required?: boolean;
  /** Stands at the right of the label, for example a link or a badge. */
  aside?: ReactNode;
  /** The label is read by screen readers only. */
  hideLabel?: boolean;
  /** The control before its label on one line, for checkboxes and switches. */
  inline?: boolean;
  className?: string;
  /** One control of the kit, which finds its ids by itself. */
  children: ReactNode;
}

export function Field({
  label,
  description,
  error,
  required = false,
  aside,
  hideLabel = false,
  inline = false,
  className,
  children,
}: FieldProps) {
  const id = useId();
  const hasError = error !== undefined && error !== null && error !== false && error !== "";
  const hasDescription = description !== undefined && description !== null;
  const describedBy = [hasDescription && `${id}-description`, hasError && `${id}-error`].filter(Boolean).join(" ");
  const labelElement = (
    <Label id={`${id}-label`} htmlFor={`${id}-control`} className={hideLabel ? "sr-only" : undefined}>
      {label}
      {required && (
        <span className="ml-1 font-normal text-subtle text-xs">
          <Trans>required</Trans>
        </span>
      )}
    </Label>
  );
  const notes = (
    <>
      {hasDescription && (
        <div id={`${id}-description`} className="text-muted text-xs">
          {description}
        </div>
      )}
      <FieldError id={`${id}-error`}>{hasError ? error : undefined}</FieldError>
    </>
  );
  return (
    <FieldContextValue
      value={{
        controlId: `${id}-control`,
        labelId: `${id}-label`,
        describedBy: describedBy === "" ? undefined : describedBy,
        invalid: hasError,
        required,
      }}
    >
      {inline ? (
        <div className={cn("grid grid-cols-[auto_1fr] items-start gap-x-2 gap-y-0.5", className)}>
          <span className="flex h-5 items-center">{children}</span>
          {labelElement}
          <div className="col-start-2 empty:hidden">{notes}</div>
        </div>
      ) : (
        <div className={cn("flex min-w-0 flex-col gap-1", className)}>
          <div className={cn("flex items-baseline justify-between gap-2", hideLabel && !aside && "contents")}>
            {labelElement}
            {aside}
          </div>
          {children}
          {notes}
        </div>
      )}
    </FieldContextValue>
  );
}

/** Present even without an error, so that screen readers speak one that appears. */
function FieldError({ id, children }: { id: string; children: ReactNode }) {
  return (
    <div id={id} aria-live="polite" className="empty:hidden">
      {children !== undefined && (
        <span className="flex items-start gap-1 text-danger-ink text-xs">
          <CircleAlert aria-hidden className="mt-0.5 size-3 shrink-0" />
          <span>{children}</span>
        </span>
      )}
    </div>
  );
}
