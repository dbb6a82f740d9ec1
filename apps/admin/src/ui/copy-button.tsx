import { useLingui } from "@lingui/react/macro";
import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { Button } from "./button.tsx";
import { IconButton } from "./icon-button.tsx";
import { toast } from "./toast.ts";

export interface CopyButtonProps {
  /** The text itself, or what makes it when the button is pressed. */
  text: string | (() => string);
  /** What is copied: "Copy id". */
  label?: string;
  /** Shows the label beside the icon. */
  labelled?: boolean;
  className?: string;
}

export function CopyButton({ text, label, labelled = false, className }: CopyButtonProps) {
  const { t } = useLingui();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 2000);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(typeof text === "string" ? text : text());
      setCopied(true);
    } catch {
      // Browsers have no clipboard on pages without HTTPS, except on localhost.
      toast.error(t`The browser did not allow copying. Select the text and copy it.`);
    }
  };
  const icon = copied ? <Check aria-hidden className="text-success-ink" /> : <Copy aria-hidden />;
  const name = copied ? t`Copied` : (label ?? t`Copy`);
  const onClick = () => void copy();
  return labelled ? (
    <Button size="sm" icon={icon} onClick={onClick} className={className}>
      {name}
    </Button>
  ) : (
    <IconButton size="sm" icon={icon} label={name} onClick={onClick} className={className} />
  );
}
