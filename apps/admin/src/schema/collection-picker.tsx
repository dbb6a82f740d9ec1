import { useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { CollectionIcon } from "../data/collection-icon.tsx";
import { useCollections } from "../data/collections.ts";
import { Combobox } from "../ui/combobox.tsx";

interface CollectionPickerProps {
  readonly value: string | null;
  readonly onValueChange: (slug: string | undefined) => void;
  readonly disabled?: boolean;
}

/** A collection of the workspace, found by typing. */
export function CollectionPicker({ value, onValueChange, disabled }: CollectionPickerProps): ReactNode {
  const { t } = useLingui();
  const { data: collections = [] } = useCollections();
  const options = collections.map(({ slug, note, system }) => ({
    value: slug,
    label: slug,
    icon: <CollectionIcon system={system} />,
    ...(note && { description: note }),
  }));
  return (
    <Combobox
      value={value}
      onValueChange={(slug) => onValueChange(slug ?? undefined)}
      source={options}
      placeholder={t`Choose a collection`}
      disabled={disabled}
    />
  );
}
