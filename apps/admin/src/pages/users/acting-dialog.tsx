import { Trans, useLingui } from "@lingui/react/macro";
import { type FormEvent, type ReactNode, useState } from "react";
import { useApiMutation } from "../../api/hooks.ts";
import { Button } from "../../ui/button.tsx";
import { CodeBlock } from "../../ui/code-block.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { NumberInput } from "../../ui/number-input.tsx";
import { SecretText } from "../../ui/secret-text.tsx";
import { Time } from "../../ui/time.tsx";
import { type ActingRequest, type ActingSession, MINUTES, REASON_LENGTH, tokenSamples } from "./acting.ts";
import type { User } from "./user.ts";

interface ActingDialogProps {
  readonly user: User;
  readonly open: boolean;
  readonly onStarted: (session: ActingSession) => void;
  readonly onClose: () => void;
}

const FORM = "act-as";

/** Begins a session as a user; the answer shows its token once. */
export function ActingDialog({ user, open, onStarted, onClose }: ActingDialogProps): ReactNode {
  const { t } = useLingui();
  const [reason, setReason] = useState("");
  const [minutes, setMinutes] = useState<number | null>(MINUTES.usual);
  const start = useApiMutation({
    run: (api, body: ActingRequest) => api.post<ActingSession>(`users/${user.id}/impersonate`, body),
    changes: ["security-log"],
    onDone: onStarted,
  });
  const close = () => {
    setReason("");
    setMinutes(MINUTES.usual);
    start.reset();
    onClose();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    start.mutate({ reason: reason.trim(), minutes: minutes ?? MINUTES.usual });
  };
  const name = user.name || user.email || t`this user`;
  const started = start.data;
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => !next && close()}
      size={started ? "md" : "sm"}
      title={started ? t`You act as ${name}` : t`Act as ${name}`}
      description={
        started
          ? undefined
          : t`You get a token with the rights of this user. The user sees the session with your reason, and every change names you both.`
      }
      footer={
        started ? (
          <Button variant="primary" onClick={close}>
            <Trans>I have copied it</Trans>
          </Button>
        ) : (
          <>
            <Button onClick={close}>
              <Trans>Cancel</Trans>
            </Button>
            <Button type="submit" form={FORM} variant="primary" pending={start.isPending}>
              <Trans>Start</Trans>
            </Button>
          </>
        )
      }
    >
      {started ? (
        <div className="flex flex-col gap-3">
          <p>
            <Trans>
              The token counts until <Time absolute value={started.expires_at} />. It is shown only here.
            </Trans>
          </p>
          <SecretText text={started.token} copyLabel={t`Copy token`} />
          <CodeBlock label={t`A request as this user`} samples={tokenSamples(started.token)} />
          <p className="text-muted text-sm">
            <Trans>Passwords, addresses and sessions of the user cannot be changed with it.</Trans>
          </p>
        </div>
      ) : (
        <form id={FORM} onSubmit={submit} className="flex flex-col gap-4">
          <Field label={t`Reason`} required description={t`Such as a ticket. The user can read it.`}>
            <Input
              required
              autoFocus
              minLength={REASON_LENGTH.min}
              maxLength={REASON_LENGTH.max}
              value={reason}
              onChange={(event) => setReason(event.target.value)}
            />
          </Field>
          <Field label={t`Minutes`} required description={t`1 to 60. Use does not prolong it.`}>
            <NumberInput
              required
              min={MINUTES.min}
              max={MINUTES.max}
              value={minutes}
              onValueChange={setMinutes}
              className="max-w-32"
            />
          </Field>
          {start.error && <ErrorState inline error={start.error} />}
        </form>
      )}
    </Dialog>
  );
}
