import { type Field, isNumeric } from "@plinth/core";
import {
  GraphQLEnumType,
  type GraphQLInputFieldConfig,
  GraphQLInputObjectType,
  type GraphQLInputType,
  GraphQLList,
  GraphQLNonNull,
} from "graphql";
import { madeOnce } from "./made-once.ts";
import { JSON_SCALAR, scalarOf, UUID_SCALAR } from "./scalars.ts";
import type { TypeNames } from "./type-names.ts";
import type { VisibleCollection, VisibleCollections, WritableField } from "./visible.ts";

/** What new items may be given, and changes: the forms of REST, with typed values. */
export interface WriteTypes {
  create(slug: string): GraphQLInputObjectType;
  update(slug: string): GraphQLInputObjectType;
  /** Unique fields, by which an upsert finds items. */
  conflict(slug: string): GraphQLEnumType;
}

type WriteFields = Record<string, GraphQLInputFieldConfig>;

const idList = { type: new GraphQLList(new GraphQLNonNull(UUID_SCALAR)) };

export function writeTypes(collections: VisibleCollections, nameOf: TypeNames): WriteTypes {
  const types = new Map<string, GraphQLInputObjectType>();
  const made = (
    slug: string,
    part: string,
    description: string,
    fields: () => WriteFields,
    isOneOf = false,
  ): GraphQLInputObjectType =>
    madeOnce(
      types,
      nameOf(slug, part),
      () => new GraphQLInputObjectType({ name: nameOf(slug, part), description, fields, isOneOf }),
    );

  const create = (slug: string): GraphQLInputObjectType =>
    made(slug, "create", "A new item.", () => {
      const visible = collections.get(slug)!;
      const id = { type: UUID_SCALAR, description: "Made by the server where it is left out." };
      return { id, ...fieldsOf(visible, visible.rights.creatable, (field) => isNeeded(visible, field)) };
    });

  const update = (slug: string): GraphQLInputObjectType =>
    made(slug, "update", "What is left out stays as it is.", () => {
      const visible = collections.get(slug)!;
      return { ...fieldsOf(visible, visible.rights.updatable, () => false), ...increments(visible) };
    });

  function fieldsOf(
    visible: VisibleCollection,
    allows: (field: string) => boolean,
    isRequired: (field: WritableField) => boolean,
  ): WriteFields {
    const own = visible.writable.flatMap((writable): [string, GraphQLInputFieldConfig][] => {
      if (!allows(writable.field.name)) return [];
      const type = typeOfInput(writable);
      if (!type) return [];
      const { note } = writable.field;
      return [
        [
          writable.name,
          {
            type: isRequired(writable) ? new GraphQLNonNull(type) : type,
            ...(note !== undefined && { description: note }),
          },
        ],
      ];
    });
    const document = { type: JSON_SCALAR, description: "Further keys of the document." };
    return { ...Object.fromEntries(own), ...(visible.collection.kind === "document" && { _document: document }) };
  }

  function typeOfInput({ field, part }: WritableField): GraphQLInputType | undefined {
    if (part === "value") return scalarOf(field);
    const target = collections.get(field.to ?? "");
    if (part === "related") return target && one(target);
    return target ? list(target) : undefined;
  }

  const one = (target: VisibleCollection): GraphQLInputObjectType | undefined => {
    const { slug, rights, readable } = target;
    if (!rights.create && !readable) return undefined;
    const fields = (): WriteFields => ({
      ...(rights.create && { create: { type: create(slug) } }),
      ...(readable && {
        lookup: { type: JSON_SCALAR, description: 'Finds the item by unique fields: {code: "AD"}.' },
      }),
    });
    return made(slug, "reference", "A related item: a new one, or one that is found.", fields, true);
  };

  const list = ({ slug, rights }: VisibleCollection): GraphQLInputObjectType =>
    made(slug, "list", "Changes of a list of related items.", () => ({
      ...(rights.create && { create: { type: new GraphQLList(new GraphQLNonNull(create(slug))) } }),
      link: idList,
      unlink: idList,
      set: { ...idList, description: "The whole list." },
    }));

  function increments({ slug, writable, rights }: VisibleCollection): WriteFields {
    const numbers = writable.filter(
      ({ field, part }) => part === "value" && isNumeric(field) && rights.updatable(field.name),
    );
    if (numbers.length === 0) return {};
    const fields = Object.fromEntries(numbers.map(({ name, field }) => [name, { type: scalarOf(field) }]));
    return { _inc: { type: made(slug, "increments", "Numbers that are added to what is stored.", () => fields) } };
  }

  const conflicts = new Map<string, GraphQLEnumType>();
  const conflict = (slug: string): GraphQLEnumType =>
    madeOnce(conflicts, slug, () => {
      const { values } = collections.get(slug)!;
      return new GraphQLEnumType({
        name: nameOf(slug, "conflict"),
        values: Object.fromEntries(values.map(({ name, field }) => [name, { value: field.name }])),
      });
    });

  return { create, update, conflict };
}

/** A relation may be given in two ways, so neither is needed. */
function isNeeded({ rights }: VisibleCollection, { field, part }: WritableField): boolean {
  return part === "value" && field.required === true && !hasDefault(field) && !isPreset(rights.presets, field);
}

function hasDefault(field: Field): boolean {
  return field.default !== undefined || field.to !== undefined;
}

function isPreset(presets: object, { name }: Field): boolean {
  return Object.hasOwn(presets, name);
}
