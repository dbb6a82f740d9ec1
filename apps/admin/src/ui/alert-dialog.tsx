import { Trans } from "@lingui/react/macro";
import { AlertDialog as Primitive } from "radix-ui";
import { type FormEvent, useId, useState } from "react";
import { Button } from "./button.tsx";
import { cn } from "./cn.ts";
import type { ConfirmRequest } from "./confirm.ts";
import { focusBody, overlayStyle, windowStyle } from "./dialog.tsx";
import { Input } from "./input.tsx";
import { Label } from "./label.tsx";

export interface AlertDialogProps extends ConfirmRequest {
  open: boolean;
  onAnswer: (confirmed: boolean) => void;
}

/** A question that must be answered. Most callers use `confirm()`. */
export default function AlertDialog({ open, onAnswer, ...request }: AlertDialogProps) {
  return (
    <Primitive.Root open={open} onOpenChange={(next) => !next && onAnswer(false)}>
      <Primitive.Portal>
        <Primitive.Overlay className={overlayStyle} />
        <Primitive.Content
          className={cn(windowStyle, "sm:max-w-md")}
          onOpenAutoFocus={request.typeToConfirm === undefined ? undefined : focusBody}
          {...(request.description === undefined ? { "aria-describedby": undefined } : {})}
        >
          <Question {...request} onConfirm={() => onAnswer(true)} />
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}

function Question({
  title,
  description,
  confirmLabel,
  danger = false,
  typeToConfirm,
  onConfirm,
}: ConfirmRequest & { onConfirm: () => void }) {
  const id = useId();
  const [typed, setTyped] = useState("");
  const ready = typeToConfirm === undefined || typed.trim() === typeToConfirm;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (ready) onConfirm();
  };
  return (
    <form onSubmit={submit} className="flex min-h-0 flex-col">
      <div data-body className="flex min-h-0 flex-col gap-3 overflow-y-auto p-4">
        <Primitive.Title className="font-semibold text-lg">{title}</Primitive.Title>
        {description !== undefined && (
          <Primitive.Description asChild>
            <div className="text-muted text-sm">{description}</div>
          </Primitive.Description>
        )}
        {typeToConfirm !== undefined && (
          <div className="flex flex-col gap-1">
            <Label htmlFor={id}>
              <Trans>
                Type <code className="rounded-sm bg-sunken px-1">{typeToConfirm}</code> to confirm
              </Trans>
            </Label>
            <Input id={id} value={typed} onChange={(event) => setTyped(event.target.value)} spellCheck={false} />
          </div>
        )}
      </div>
      <footer className="flex flex-wrap justify-end gap-2 border-t px-4 py-3">
        <Primitive.Cancel asChild>
          <Button>
            <Trans>Cancel</Trans>
          </Button>
        </Primitive.Cancel>
        <Button type="submit" variant={danger ? "danger" : "primary"} disabled={!ready}>
          {confirmLabel}
        </Button>
      </footer>
    </form>
  );
}
