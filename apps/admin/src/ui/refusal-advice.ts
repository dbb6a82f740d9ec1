import type { MessageDescriptor } from "@lingui/core";
import { createContext } from "react";

/** What somebody can do who is refused: it depends on what they are. */
export const RefusalAdvice = createContext<MessageDescriptor | undefined>(undefined);
