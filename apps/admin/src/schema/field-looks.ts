import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import { decimalUnits, type Field, type FieldType, type Json, scaleOf, unitsToDecimal } from "@plinth/core";
import {
  AtSign,
  Braces,
  Calendar,
  CalendarClock,
  CircleDot,
  File,
  Files,
  Fingerprint,
  Hash,
  Link2,
  List,
  type LucideIcon,
  Percent,
  Pilcrow,
  ReceiptText,
  ToggleLeft,
  Type,
} from "lucide-react";
import { sampleText } from "./sample-text.ts";

/** How the admin speaks of a field type. What a type can do is in the core's table. */
export interface FieldLook {
  readonly label: MessageDescriptor;
  /** What it is for. */
  readonly help: MessageDescriptor;
  readonly icon: LucideIcon;
  /** A value of a field of this type, as the API answers it. */
  readonly sample: (field: Field) => Json;
}

const SOME_ID = "018f4e9a-5c1e-7b3a-9c2d-0123456789ab";

export const FIELD_LOOKS: Readonly<Record<FieldType, FieldLook>> = {
  text: { label: msg`Text`, help: msg`A line: a name, a title, a code`, icon: Type, sample: sampleText },
  longtext: {
    label: msg`Long text`,
    help: msg`Paragraphs of any length`,
    icon: Pilcrow,
    sample: (field) =>
      field.pattern === undefined && field.min_length === undefined && field.max_length === undefined
        ? "The first line.\nThe second one, which is longer."
        : sampleText(field),
  },
  integer: {
    label: msg`Whole number`,
    help: msg`A count, a year, an amount of things`,
    icon: Hash,
    sample: numberSample(42),
  },
  number: { label: msg`Number`, help: msg`A measured value with decimals`, icon: Percent, sample: numberSample(8.3) },
  decimal: {
    label: msg`Exact decimal`,
    help: msg`Money: kept to the last digit`,
    icon: ReceiptText,
    sample: (field) => unitsToDecimal((decimalUnits("12.50") * 10n ** BigInt(scaleOf(field))) / 100n, scaleOf(field)),
  },
  boolean: { label: msg`Yes or no`, help: msg`A switch`, icon: ToggleLeft, sample: () => true },
  enum: {
    label: msg`Choice`,
    help: msg`One of a few fixed values`,
    icon: CircleDot,
    sample: ({ values }) => values?.[0] ?? "draft",
  },
  date: { label: msg`Date`, help: msg`A day without a time`, icon: Calendar, sample: () => "2024-05-01" },
  timestamp: {
    label: msg`Date and time`,
    help: msg`A moment, the same in every time zone`,
    icon: CalendarClock,
    sample: () => "2024-05-01T10:00:00.000Z",
  },
  email: { label: msg`Email address`, help: msg`Checked for its form`, icon: AtSign, sample: () => "ann@example.com" },
  relation: {
    label: msg`Link to one item`,
    help: msg`The author of a post, the customer of an order`,
    icon: Link2,
    sample: () => SOME_ID,
  },
  relation_many: {
    label: msg`List of items`,
    help: msg`The tags of a post, the orders of a customer`,
    icon: List,
    sample: () => [{ id: SOME_ID }],
  },
  file: {
    label: msg`File`,
    help: msg`A picture, a document, a video`,
    icon: File,
    sample: () => SOME_ID,
  },
  files: {
    label: msg`List of files`,
    help: msg`The pictures of a product, in an order of your own`,
    icon: Files,
    sample: () => [{ id: SOME_ID }],
  },
  json: {
    label: msg`JSON`,
    help: msg`Any nested value, without a form of its own`,
    icon: Braces,
    sample: () => ({ width: 640, tags: ["new"] }),
  },
  uuid: { label: msg`UUID`, help: msg`An id of another system`, icon: Fingerprint, sample: () => SOME_ID },
};

/** In the order in which people look for them. */
export const FIELD_TYPES_SHOWN = Object.keys(FIELD_LOOKS) as readonly FieldType[];

/** A number within the field's bounds. */
function numberSample(usual: number): FieldLook["sample"] {
  return ({ min, max }) => {
    const low = min === undefined ? Number.NEGATIVE_INFINITY : Number(min);
    const high = max === undefined ? Number.POSITIVE_INFINITY : Number(max);
    return Math.min(Math.max(usual, low), high);
  };
}
