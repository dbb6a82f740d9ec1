/** Comments and texts, in which names mean nothing. */
const ASIDE = /\/\/[^\n]*|\/\*[^*]*\*+(?:[^/*][^*]*\*+)*\/|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g;

/**
 * Whether code takes what it is given from a request alone: it fails where a schedule, a job or a flow starts it. As far as its words
 * tell: code that knows of jobs is trusted to know when there is none.
 */
export function usesRequestAlone(source: string): boolean {
  const code = source.replace(ASIDE, " ");
  return (
    /\brequest\s*\.|\brequest\s*\[/.test(code) &&
    !/\bjob\b/.test(code) &&
    !/\brequest\s*(?:\?\.|\?(?!\?)|&&)/.test(code)
  );
}
