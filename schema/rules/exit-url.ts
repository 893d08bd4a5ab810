/** The longest exit URL, in characters. Spec: common.xsd, url. */
const LONGEST = 500;

/** Why a text is not a valid exit URL; undefined if a browser can be sent there. Spec: direct.xsd, exit-urls. */
export function whatIsWrongWithExitUrl(text: string): string | undefined {
  if (Array.from(text).length > LONGEST) return `must have at most ${LONGEST} characters`;
  return /^https?:\/\/\S+$/iu.test(text) && URL.canParse(text)
    ? undefined
    : 'must be an absolute https:// or http:// URL without blanks';
}
