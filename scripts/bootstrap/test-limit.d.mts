export const TEST_LIMIT_MS: number;
