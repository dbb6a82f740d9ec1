import { Trans, useLingui } from "@lingui/react/macro";
import { type Field, fieldType, isBuiltInField } from "@plinth/core";
import type { ReactNode } from "react";
import { PageLink } from "../../app/page-link.tsx";
import { type CollectionInfo, useCollections } from "../../data/collections.ts";
import { Card } from "../../ui/card.tsx";
import { JsonView } from "../../ui/json-view.tsx";
import { KeyValueList } from "../../ui/key-value-list.tsx";
import { Time } from "../../ui/time.tsx";

/** The item of a user in the collection of users. */
export type Profile = Readonly<Record<string, unknown>> & {
  readonly id: string;
  readonly email: string | null;
  readonly name: string;
};

/** The fields that the workspace has added to its users. */
export function ProfileFields({ profile }: { readonly profile: Profile }): ReactNode {
  const { t } = useLingui();
  const { data: collections } = useCollections();
  const users = collections?.find(({ system }) => system === "users");
  if (!users) return null;
  const fields = ownFields(users);
  return (
    <Card
      title={t`Profile`}
      actions={
        <PageLink path={`collections/${users.slug}/items/${profile.id}`} className="text-accent-ink text-sm underline">
          {fields.length > 0 ? <Trans>Change the profile</Trans> : <Trans>The profile as an item</Trans>}
        </PageLink>
      }
    >
      {fields.length > 0 ? (
        <KeyValueList
          items={fields.map((field) => ({
            key: field.name,
            label: field.name,
            value: <ProfileValue field={field} value={profile[field.name]} />,
          }))}
        />
      ) : (
        <p className="text-muted text-sm">
          <Trans>
            Users have no fields of your own yet.{" "}
            <PageLink path={`collections/${users.slug}`} className="text-accent-ink underline">
              Add some
            </PageLink>
            , such as a plan or a birthday.
          </Trans>
        </p>
      )}
    </Card>
  );
}

/** Lists lead to other items, which their own page shows. */
function ownFields({ fields }: CollectionInfo): readonly Field[] {
  return fields.filter((field) => !isBuiltInField("users", field.name) && fieldType(field).kind !== "list");
}

function ProfileValue({ field, value }: { readonly field: Field; readonly value: unknown }): ReactNode {
  const { t } = useLingui();
  if (value === null || value === undefined) return <span className="text-subtle">–</span>;
  if (typeof value === "boolean") return value ? t`yes` : t`no`;
  const { kind, storage } = fieldType(field);
  if (kind === "time" && storage === "timestamp") return <Time absolute value={String(value)} />;
  if (kind === "reference" && field.to !== undefined && typeof value === "string") {
    return (
      <PageLink path={`collections/${field.to}/items/${value}`} className="text-accent-ink underline">
        <code>{value}</code>
      </PageLink>
    );
  }
  if (typeof value === "object") return <JsonView value={value} label={field.name} />;
  return String(value);
}
