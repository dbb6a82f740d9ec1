import { useLingui } from "@lingui/react/macro";
import type { Field as FieldDefinition, Json } from "@plinth/core";
import type { ReactNode } from "react";
import { type CollectionInfo, useCollections } from "../../data/collections.ts";
import { useItemSearch } from "../../data/item-picker.tsx";
import { junctionOf } from "../../data/junction.ts";
import { Field } from "../../ui/field.tsx";
import { MultiCombobox } from "../../ui/multi-combobox.tsx";
import type { Option } from "../../ui/option.ts";
import { FileLinkField } from "./file-list/file-link-field.tsx";
import { relatedFields } from "./item.ts";

/** Items that a new one will be linked with, by field. */
export type NewLinks = Readonly<Record<string, readonly Option[]>>;

/** In the body of a create: the item and its links are written together, or neither is. */
export function linksBody(links: NewLinks): Record<string, Json> {
  const chosen = Object.entries(links).filter(([, options]) => options.length > 0);
  return Object.fromEntries(chosen.map(([name, options]) => [name, { link: options.map(({ value }) => value) }]));
}

/** The collections that links are written to. */
export function linkedCollections(links: NewLinks, { fields }: CollectionInfo): string[] {
  return fields.flatMap(({ name, through }) => (links[name]?.length && through !== undefined ? [through] : []));
}

interface NewLinksProps {
  readonly collection: CollectionInfo;
  readonly links: NewLinks;
  readonly problems: Readonly<Record<string, string>>;
  readonly onLinks: (links: NewLinks) => void;
}

/** Pickers of the lists that a junction keeps. */
export function NewLinkFields({ collection, links, problems, onLinks }: NewLinksProps): ReactNode {
  const { data: collections = [] } = useCollections();
  return relatedFields(collection)
    .filter((field) => junctionOf(field, collection.slug, collections) !== undefined)
    .map((field) => {
      const Links = field.type === "files" ? FileLinkField : LinkField;
      return (
        <Links
          key={field.name}
          field={field}
          chosen={links[field.name] ?? []}
          problem={problems[field.name]}
          onChosen={(chosen) => onLinks({ ...links, [field.name]: chosen })}
        />
      );
    });
}

interface LinkFieldProps {
  readonly field: FieldDefinition;
  readonly chosen: readonly Option[];
  readonly problem: string | undefined;
  readonly onChosen: (chosen: readonly Option[]) => void;
}

function LinkField({ field, chosen, problem, onChosen }: LinkFieldProps): ReactNode {
  const { t } = useLingui();
  const { name, to = "" } = field;
  const { search } = useItemSearch(to);
  return (
    <Field label={name} description={field.note ?? t`Items of ${to}`} error={problem}>
      <MultiCombobox addLabel={t`Add an item of ${to}`} value={chosen} onValueChange={onChosen} source={search} />
    </Field>
  );
}
