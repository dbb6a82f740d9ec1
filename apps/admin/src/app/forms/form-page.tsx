import { Trans } from "@lingui/react/macro";
import type { ReactNode } from "react";
import type { FieldValues, UseFormReturn } from "react-hook-form";
import { Breadcrumbs } from "../../ui/breadcrumbs.tsx";
import { Button } from "../../ui/button.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { useGo } from "../links.ts";
import { PageLink } from "../page-link.tsx";
import { showRefusal } from "./refusal.ts";

interface FormPageProps<Values extends FieldValues> {
  /** The list to which it adds: where "Cancel" leads. */
  readonly list: { readonly path: string; readonly title: ReactNode };
  readonly title: string;
  readonly description?: string;
  readonly form: UseFormReturn<Values>;
  /** What is sent; `error` is shown where it is about no field. */
  readonly create: {
    readonly mutateAsync: (values: Values) => Promise<unknown>;
    readonly isPending: boolean;
    readonly error: Error | null;
  };
  /** Shows what the server refuses; at the field of the same name unless this knows better. */
  readonly onRefusal?: (form: UseFormReturn<Values>, error: unknown) => void;
  readonly submitLabel: ReactNode;
  readonly children: ReactNode;
}

/** A page on which something new is made. */
export function FormPage<Values extends FieldValues>(props: FormPageProps<Values>): ReactNode {
  const { list, title, description, form, create, submitLabel, children, onRefusal = showRefusal } = props;
  const go = useGo();
  const submit = form.handleSubmit((values) => create.mutateAsync(values).catch((error) => onRefusal(form, error)));
  return (
    <div className="max-w-4xl p-4 lg:p-6">
      <PageHeader
        breadcrumbs={
          <Breadcrumbs
            items={[
              <PageLink key="list" path={list.path}>
                {list.title}
              </PageLink>,
              title,
            ]}
          />
        }
        title={title}
        description={description}
      />
      <form onSubmit={submit} noValidate className="flex flex-col gap-5">
        {children}
        {form.formState.errors.root && <ErrorState inline error={create.error} />}
        <div className="flex gap-2">
          <Button type="submit" variant="primary" pending={create.isPending}>
            {submitLabel}
          </Button>
          <Button onClick={() => go(list.path)}>
            <Trans>Cancel</Trans>
          </Button>
        </div>
      </form>
    </div>
  );
}
