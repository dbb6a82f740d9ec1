import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { Controller, type UseFormReturn } from "react-hook-form";
import { problemOf } from "../../app/forms/refusal.ts";
import { PageLink } from "../../app/page-link.tsx";
import { Checkbox } from "../../ui/checkbox.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import type { BucketForm } from "./bucket-form.ts";

interface BucketLimitsProps {
  readonly form: UseFormReturn<BucketForm>;
}

/** What else may be set of a bucket: its versions, how much it takes, and other servers. */
export function BucketLimits({ form }: BucketLimitsProps): ReactNode {
  const { t } = useLingui();
  const size = t`Write a number such as 10 or 2.5.`;
  const whole = t`Write a whole number.`;
  return (
    <>
      <Heading>{t`Versions`}</Heading>
      <Switched
        form={form}
        name="versions"
        label={t`Keep versions`}
        description={t`The bytes of a file that is replaced or deleted are kept, and can be restored.`}
      />
      {form.watch("versions") && (
        <Field
          label={t`Versions of one file`}
          description={t`All if it is left empty.`}
          error={problemOf(form, "mostVersions", whole)}
        >
          <Input inputMode="numeric" {...form.register("mostVersions")} />
        </Field>
      )}
      <Heading>{t`Limits`}</Heading>
      <Field
        label={t`Files in the bucket`}
        description={t`At most so many; no limit if it is left empty.`}
        error={problemOf(form, "mostFiles", whole)}
      >
        <Input inputMode="numeric" {...form.register("mostFiles")} />
      </Field>
      <Field
        label={t`All files together, in MB`}
        description={t`No limit if it is left empty.`}
        error={problemOf(form, "totalMegabytes", size)}
      >
        <Input inputMode="decimal" {...form.register("totalMegabytes")} />
      </Field>
      <Field
        label={t`Files of one user, in MB`}
        description={t`No limit if it is left empty.`}
        error={problemOf(form, "userMegabytes", size)}
      >
        <Input inputMode="decimal" {...form.register("userMegabytes")} />
      </Field>
      <Heading>{t`Other servers`}</Heading>
      <Switched
        form={form}
        name="fromUrls"
        label={t`Fetch from URLs`}
        description={t`Whoever may store a file may also have the server fetch it from a public address.`}
      />
      <Switched
        form={form}
        name="redirect"
        label={t`Send readers to the store`}
        description={t`Where the store has URLs of its own, as S3 does, browsers load the bytes there.`}
      />
      <Heading>{t`Scanner`}</Heading>
      <Switched
        form={form}
        name="scan"
        label={t`Scan new files`}
        description={
          <Trans>
            New files wait in quarantine until your scanner accepts them. Its address is one of the{" "}
            <PageLink path="sign-in" search={{ section: "hooks" }} className="underline">
              hooks
            </PageLink>
            .
          </Trans>
        }
      />
    </>
  );
}

function Heading({ children }: { readonly children: ReactNode }): ReactNode {
  return <h3 className="border-t pt-4 font-semibold">{children}</h3>;
}

interface SwitchedProps extends BucketLimitsProps {
  readonly name: "versions" | "fromUrls" | "redirect" | "scan";
  readonly label: string;
  readonly description: ReactNode;
}

function Switched({ form, name, label, description }: SwitchedProps): ReactNode {
  return (
    <Controller
      control={form.control}
      name={name}
      render={({ field }) => (
        <Field inline label={label} description={description} error={problemOf(form, name, "")}>
          <Checkbox checked={field.value} onCheckedChange={(next) => field.onChange(next === true)} />
        </Field>
      )}
    />
  );
}
