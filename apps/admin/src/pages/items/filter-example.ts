import { fieldType } from "@plinth/core";
import type { CollectionInfo } from "../../data/collections.ts";

/** A condition that can be typed here, to show how. */
export function exampleOf({ fields }: CollectionInfo): string | undefined {
  const choice = fields.find(({ values }) => values !== undefined && values.length > 0);
  if (choice) return `${choice.name} = ${choice.values![0]}`;
  const number = fields.find((field) => fieldType(field).kind === "number");
  if (number) return `${number.name} > 10`;
  const flag = fields.find((field) => fieldType(field).kind === "boolean");
  if (flag) return `${flag.name} = true`;
  const time = fields.find((field) => fieldType(field).kind === "time");
  return time && `${time.name} > 7 days ago`;
}
