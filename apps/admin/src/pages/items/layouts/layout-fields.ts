import { type Field, fieldType, isSystemField } from "@plinth/core";
import { type CollectionInfo, fieldsOf } from "../../../data/collections.ts";
import type { Layout } from "../layout-state.ts";

const IMAGE_NAME = /image|img|photo|picture|cover|avatar|logo|thumb|poster|icon/i;

/** Fields by which a layout can be made, the likeliest first. */
export function fieldsFor(layout: Layout, collection: CollectionInfo): readonly Field[] {
  const fields = fieldsOf(collection);
  if (layout === "kanban") return fields.filter(isColumnField);
  if (layout === "gallery") return fields.filter(isImageField).toSorted(byLikelihood);
  if (layout === "calendar") return fields.filter((field) => fieldType(field).kind === "time").toSorted(ownFirst);
  return fields.filter((field) => fieldType(field).grouped && field.name !== "id" && field.name !== "version");
}

/** The field of the address if it fits, else the likeliest. */
export function chosenField(fields: readonly Field[], name: string | undefined): Field | undefined {
  return fields.find((field) => field.name === name) ?? fields[0];
}

function isColumnField(field: Field): boolean {
  if (isSystemField(field.name)) return false;
  const { kind } = fieldType(field);
  return field.type === "enum" || kind === "boolean" || kind === "reference";
}

function isImageField({ type, name }: Field): boolean {
  return isFileField(type) || (type === "text" && IMAGE_NAME.test(name));
}

const isFileField = (type: Field["type"]): boolean => type === "file" || type === "files";

/** Files before addresses, and among them those whose name says that they are pictures. */
const likelihood = ({ type, name }: Field): number => (isFileField(type) ? 2 : 0) + (IMAGE_NAME.test(name) ? 1 : 0);
const byLikelihood = (a: Field, b: Field): number => likelihood(b) - likelihood(a);
const ownFirst = (a: Field, b: Field): number => Number(isSystemField(a.name)) - Number(isSystemField(b.name));

/** Whether somebody can move items by the field: times that the server sets cannot be changed. */
export const canMoveBy = (field: Field): boolean => !isSystemField(field.name);
