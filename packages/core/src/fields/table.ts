import { boolean } from "./boolean.ts";
import { date } from "./date.ts";
import { decimal } from "./decimal.ts";
import { email } from "./email.ts";
import { enumeration } from "./enum.ts";
import { file } from "./file.ts";
import { files } from "./files.ts";
import { integer } from "./integer.ts";
import { json } from "./json.ts";
import { longtext } from "./longtext.ts";
import { number } from "./number.ts";
import { relation } from "./relation.ts";
import { relationMany } from "./relation-many.ts";
import { text } from "./text.ts";
import { timestamp } from "./timestamp.ts";
import { uuid } from "./uuid.ts";

/** Every field type by its name, in the order in which errors and the OpenAPI document list them. */
export const FIELD_TYPES = Object.freeze({
  text,
  longtext,
  integer,
  number,
  decimal,
  boolean,
  json,
  timestamp,
  date,
  uuid,
  email,
  enum: enumeration,
  relation,
  relation_many: relationMany,
  file,
  files,
});

export type FieldType = keyof typeof FIELD_TYPES;

export const FIELD_TYPE_NAMES = Object.keys(FIELD_TYPES) as FieldType[];
