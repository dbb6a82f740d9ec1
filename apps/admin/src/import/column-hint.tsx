import { Trans, useLingui } from "@lingui/react/macro";
import type { InferredField } from "@plinth/formats";
import type { ReactNode } from "react";
import { FIELD_LOOKS } from "../schema/field-looks.ts";
import { Button } from "../ui/button.tsx";

interface ColumnHintProps {
  readonly found: InferredField;
  /** The file has this text for "no value". */
  readonly onNull: (text: string) => void;
}

/** Why a column that is mostly of one type is text, and what helps. */
export function ColumnHint({ found: { almost, mixed }, onNull }: ColumnHintProps): ReactNode {
  const { t } = useLingui();
  if (almost) {
    const [first] = almost.others;
    const percent = Math.floor(almost.share * 100);
    const label = t(FIELD_LOOKS[almost.type].label);
    return (
      <p className="text-warning-ink text-xs">
        <Trans>
          {percent} % are of the type “{label}”, but line {first!.line} has “{first!.text}”.
        </Trans>{" "}
        {almost.others.map(({ text }) => (
          <Button key={text} variant="link" size="sm" className="mr-2 text-xs" onClick={() => onNull(text)}>
            <Trans>“{text}” means no value</Trans>
          </Button>
        ))}
      </p>
    );
  }
  return mixed ? (
    <p className="text-warning-ink text-xs">
      <Trans>Values of several types: kept as text.</Trans>
    </p>
  ) : null;
}
