export { type BusSuiteOptions, busCases, busSuite } from "./bus-suite.ts";
export { type Case, type CaseResult, registerCases, runSuite, type Test } from "./case.ts";
export {
  type FileStoreOptions,
  type FileStoreSuiteOptions,
  fileStoreCases,
  fileStoreSuite,
} from "./file-store-suite.ts";
export { contentStream, equalContent } from "./files/content.ts";
export { DIFFICULT, orientedJpeg, WIDE_COLORS } from "./images/difficult.ts";
export { pngHeader, pngOf } from "./images/png.ts";
export { SAMPLES } from "./images/samples.ts";
export { type ImagesSuiteOptions, imagesCases, imagesSuite } from "./images-suite.ts";
export { type MailerSuiteOptions, mailerCases, mailerSuite, type ReceivedMail } from "./mailer-suite.ts";
export { type SandboxSuiteOptions, sandboxCases, sandboxSuite } from "./sandbox-suite.ts";
export { type ReceivedSms, type SmsSenderSuiteOptions, smsSenderCases, smsSenderSuite } from "./sms-sender-suite.ts";
export {
  type SqlDriverOptions,
  type SqlDriverSuiteOptions,
  sqlDriverCases,
  sqlDriverSuite,
} from "./sql-driver-suite.ts";
