import { MOST_PARTS } from "@plinth/engine";
import { S3Error } from "./errors.ts";

export function partNumberIn(text: string | undefined): number {
  const number = text !== undefined && /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (number >= 1 && number <= MOST_PARTS) return number;
  throw new S3Error("InvalidArgument", `Part number must be an integer between 1 and ${MOST_PARTS}, inclusive.`);
}
