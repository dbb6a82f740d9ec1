/** Where CI is set, a third of the random cases, as a whole run has its limit there. `npm test` has all, `npm run fuzz` more. */
export const shortInCi = (cases: number): number => (process.env.CI ? Math.ceil(cases / 3) : cases);
