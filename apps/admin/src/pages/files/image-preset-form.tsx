import { zodResolver } from "@hookform/resolvers/zod";
import { Trans, useLingui } from "@lingui/react/macro";
import { PlinthClientError } from "@plinth/client";
import type { ImageParameters } from "@plinth/client/files";
import { IMAGE_FITS, IMAGE_FORMATS } from "@plinth/core";
import type { ReactNode } from "react";
import { Controller, type UseFormReturn, useForm } from "react-hook-form";
import * as z from "zod";
import { problemOf, showRefusal } from "../../app/forms/refusal.ts";
import { Button } from "../../ui/button.tsx";
import { errorWords } from "../../ui/error-words.ts";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { NumberInput } from "../../ui/number-input.tsx";
import { Select } from "../../ui/select.tsx";

const FORMATS = ["auto", ...IMAGE_FORMATS] as const;
const MAX_SIDE = 10_000;

const schema = z.object({
  name: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,39}$/),
  width: z.number().nullable(),
  height: z.number().nullable(),
  fit: z.enum(IMAGE_FITS),
  format: z.enum(FORMATS),
  quality: z.number().nullable(),
  position: z.string(),
});

type PresetForm = z.infer<typeof schema>;

const EMPTY: PresetForm = {
  name: "",
  width: null,
  height: null,
  fit: "cover",
  format: "auto",
  quality: null,
  position: "",
};

interface ImagePresetFormProps {
  /** Those that are there. */
  readonly names: readonly string[];
  readonly onAdd: (name: string, parameters: ImageParameters) => Promise<unknown>;
}

/** Adds a preset. */
export function ImagePresetForm({ names, onAdd }: ImagePresetFormProps): ReactNode {
  const { t } = useLingui();
  const form = useForm<PresetForm>({ resolver: zodResolver(schema), defaultValues: EMPTY });
  const { errors, isSubmitting } = form.formState;
  const submit = form.handleSubmit(async (values) => {
    if (names.includes(values.name)) {
      form.setError("name", { type: "server", message: t`There is a preset of this name.` }, { shouldFocus: true });
      return;
    }
    await onAdd(values.name, parametersOf(values)).then(
      () => form.reset(),
      (error) => showPresetRefusal(form, error),
    );
  });
  return (
    <form onSubmit={submit} noValidate className="flex flex-col gap-4 border-t pt-4">
      <h3 className="font-semibold">
        <Trans>New preset</Trans>
      </h3>
      <Field
        label={t`Name`}
        required
        description={t`Part of the address of the image: ?preset=thumb`}
        error={problemOf(form, "name", t`Write 1 to 40 of a-z, 0-9, _ and hyphens, first a letter or a digit.`)}
      >
        <Input placeholder="thumb" spellCheck={false} {...form.register("name")} />
      </Field>
      <div className="grid grid-cols-2 gap-4">
        <NumberField form={form} name="width" label={t`Width, in pixels`} max={MAX_SIDE} />
        <NumberField form={form} name="height" label={t`Height, in pixels`} max={MAX_SIDE} />
        <SelectField form={form} name="fit" label={t`Fit`} values={IMAGE_FITS} />
        <SelectField form={form} name="format" label={t`Format`} values={FORMATS} />
        <NumberField form={form} name="quality" label={t`Quality, 1 to 100`} max={100} />
        <Field label={t`What stays in sight`} error={problemOf(form, "position", "")}>
          <Input placeholder="center" spellCheck={false} {...form.register("position")} />
        </Field>
      </div>
      <p className="text-muted text-sm">
        <Trans>
          A side that is left empty follows from the other. cover cuts what is too much, contain adds margins, inside
          and outside keep all of it, fill distorts.
        </Trans>
      </p>
      {errors.root && (
        <p role="alert" className="text-danger-ink text-sm">
          {errors.root.message}
        </p>
      )}
      <Button type="submit" variant="primary" pending={isSubmitting} className="self-start">
        <Trans>Add preset</Trans>
      </Button>
    </form>
  );
}

interface PartProps<Name extends keyof PresetForm> {
  readonly form: UseFormReturn<PresetForm>;
  readonly name: Name;
  readonly label: string;
}

function NumberField({ form, name, label, max }: PartProps<"width" | "height" | "quality"> & { readonly max: number }) {
  return (
    <Controller
      control={form.control}
      name={name}
      render={({ field }) => (
        <Field label={label} error={problemOf(form, name, "")}>
          <NumberInput min={1} max={max} value={field.value} onValueChange={field.onChange} />
        </Field>
      )}
    />
  );
}

function SelectField({
  form,
  name,
  label,
  values,
}: PartProps<"fit" | "format"> & { readonly values: readonly string[] }) {
  return (
    <Controller
      control={form.control}
      name={name}
      render={({ field }) => (
        <Field label={label}>
          <Select
            value={field.value}
            onValueChange={field.onChange}
            options={values.map((value) => ({ value, label: value }))}
            className="w-full"
          />
        </Field>
      )}
    />
  );
}

/** What is as it would be without saying so is left out. */
function parametersOf({ width, height, fit, format, quality, position }: PresetForm): ImageParameters {
  return {
    ...(width !== null && { width }),
    ...(height !== null && { height }),
    ...(fit !== "cover" && { fit }),
    ...(format !== "auto" && { format }),
    ...(quality !== null && { quality }),
    ...(position.trim() !== "" && { position: position.trim() }),
  };
}

/** The server names `image_presets.thumb.width`. */
function showPresetRefusal(form: UseFormReturn<PresetForm>, error: unknown): void {
  const field = error instanceof PlinthClientError ? String(error.details?.field).split(".").at(-1)! : "";
  if (field !== "name" && Object.hasOwn(EMPTY, field)) {
    form.setError(field as keyof PresetForm, { type: "server", message: errorWords(error) }, { shouldFocus: true });
  } else showRefusal(form, error);
}
