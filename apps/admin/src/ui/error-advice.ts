import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";

export interface Advice {
  title: MessageDescriptor;
  /** What the person can do about it. */
  advice: MessageDescriptor;
  /** Whether the same request can succeed later. */
  retry: boolean;
}

const BY_CODE: Readonly<Record<string, Advice>> = {
  UNREACHABLE: {
    title: msg`The server cannot be reached`,
    advice: msg`Check that it runs and that this device is online.`,
    retry: true,
  },
  TIMEOUT: {
    title: msg`The server did not answer in time`,
    advice: msg`It may be busy. Try again, or ask for less at once.`,
    retry: true,
  },
  OUTCOME_UNKNOWN: {
    title: msg`It is not known whether the change was made`,
    advice: msg`The database did not confirm it. Load the page again and look before you repeat the change.`,
    retry: false,
  },
  STEP_UP_REQUIRED: {
    title: msg`Confirm that it is you`,
    advice: msg`This needs a recent sign-in. Sign in again, then repeat it.`,
    retry: false,
  },
  WORKSPACE_ARCHIVED: {
    title: msg`This workspace is archived`,
    advice: msg`All its data are there. Its owner, or an operator of the server, can open it again.`,
    retry: true,
  },
  MAIL_NOT_CONFIGURED: {
    title: msg`This server sends no mails`,
    advice: msg`Whoever runs the server sets MAIL_URL, and starts it again.`,
    retry: false,
  },
  SMS_NOT_CONFIGURED: {
    title: msg`No codes are sent to phones`,
    advice: msg`An administrator turns it on at Sign-in.`,
    retry: false,
  },
  AI_NOT_CONFIGURED: {
    title: msg`No AI models can be asked`,
    advice: msg`An administrator of the workspace sets an endpoint (PATCH /api/ai-settings), or whoever runs the server sets AI_URL.`,
    retry: false,
  },
  PRECONDITION_FAILED: {
    title: msg`Somebody else changed this`,
    advice: msg`Load it again to see the newest version, then repeat your change.`,
    retry: false,
  },
};

/** The first range that holds the status decides. */
const BY_STATUS: readonly (readonly [from: number, to: number, advice: Advice])[] = [
  [401, 401, { title: msg`You are signed out`, advice: msg`Sign in again to go on.`, retry: false }],
  [
    403,
    403,
    {
      title: msg`You may not do this`,
      advice: msg`Ask an operator of this server for the right to do it.`,
      retry: false,
    },
  ],
  [
    409,
    409,
    {
      title: msg`This conflicts with what is stored`,
      advice: msg`Change what the message names, then try again.`,
      retry: false,
    },
  ],
  [
    404,
    410,
    {
      title: msg`This does not exist`,
      advice: msg`It may have been deleted or renamed, or you may not see it.`,
      retry: false,
    },
  ],
  [
    400,
    428,
    {
      title: msg`The server did not accept this`,
      advice: msg`Change what the message names, then try again.`,
      retry: false,
    },
  ],
  [429, 429, { title: msg`Too many requests`, advice: msg`Wait a moment, then try again.`, retry: true }],
  [
    500,
    500,
    {
      title: msg`The server failed`,
      advice: msg`Nothing can be done here. The server's log has the cause under the request id.`,
      retry: true,
    },
  ],
  [
    501,
    501,
    {
      title: msg`This server cannot do this`,
      advice: msg`A setting or the host decides it. See the documentation.`,
      retry: false,
    },
  ],
  [
    502,
    599,
    { title: msg`The server is not available`, advice: msg`It may be busy or restarting. Try again.`, retry: true },
  ],
];

/** No request failed: what is wrong is in the file that somebody chose. */
export const FILE_ADVICE: Advice = {
  title: msg`This file cannot be read`,
  advice: msg`Choose another file, or save it again, for example as CSV in UTF-8 or as an Excel workbook.`,
  retry: false,
};

const UNKNOWN: Advice = {
  title: msg`Something went wrong`,
  advice: msg`Load the page again. If that does not help, report what is below.`,
  retry: true,
};

/** What to say about an error of the client. A code decides before its status. */
export function adviceFor(error: { code?: string; status?: number }): Advice {
  const { code = "", status = 0 } = error;
  return BY_CODE[code] ?? BY_STATUS.find(([from, to]) => status >= from && status <= to)?.[2] ?? UNKNOWN;
}
