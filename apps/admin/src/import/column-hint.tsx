import { Trans, useLingui } from "@lingui/react/macro";
import { dateReader, type InferredField, type Readings, type Spelling } from "@plinth/formats";
import type { ReactNode } from "react";
import { FIELD_LOOKS } from "../schema/field-looks.ts";
import { Button } from "../ui/button.tsx";

interface ColumnHintProps {
  readonly found: InferredField;
  readonly readings: Readings;
  readonly onReadings: (readings: Readings) => void;
}

/** Why a column that is mostly of one type is text, and what helps. */
export function ColumnHint({ found: { almost, mixed, spelling }, readings, onReadings }: ColumnHintProps): ReactNode {
  const { t } = useLingui();
  if (spelling) return <SpellingHint spelling={spelling} readings={readings} onReadings={onReadings} />;
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
          <HintButton key={text} onClick={() => onReadings({ ...readings, nulls: [...(readings.nulls ?? []), text] })}>
            <Trans>Read “{text}” as no value</Trans>
          </HintButton>
        ))}
      </p>
    );
  }
  return mixed ? (
    <p className="text-warning-ink text-xs">
      <Trans>Numbers and texts, or numbers that begin with a zero: kept as text.</Trans>
    </p>
  ) : null;
}

interface SpellingHintProps extends Pick<ColumnHintProps, "readings" | "onReadings"> {
  readonly spelling: Spelling;
}

/** How the column may be written. Somebody has to say it: the same text is another day, or another number, elsewhere. */
function SpellingHint({ spelling: { kind, readings: choices, example }, readings, onReadings }: SpellingHintProps) {
  const name = kind === "day" ? "dates" : "decimal";
  return (
    <p className="text-warning-ink text-xs">
      {kind === "number" ? (
        <Trans>Most of these may be numbers with commas.</Trans>
      ) : choices.length > 0 ? (
        <Trans>Most of these may be days in another form.</Trans>
      ) : (
        <Trans>These may be days, but not all have the same form.</Trans>
      )}{" "}
      {choices.map((choice) => (
        <HintButton key={choice} onClick={() => onReadings({ ...readings, [name]: choice } as Readings)}>
          <Trans>
            Read “{example}” as {kind === "day" ? dayOf(example, choice) : numberOf(example, choice)}
          </Trans>
        </HintButton>
      ))}
    </p>
  );
}

const dayOf = (text: string, form: string): string => dateReader(form, "dates")(text)?.slice(0, 10) ?? form;

function numberOf(text: string, sign: string): string {
  return sign === "comma" ? text.replaceAll(".", "").replace(",", ".") : text.replaceAll(",", "");
}

function HintButton({ onClick, children }: { readonly onClick: () => void; readonly children: ReactNode }) {
  return (
    <Button variant="link" size="sm" className="mr-2 text-xs" onClick={onClick}>
      {children}
    </Button>
  );
}
