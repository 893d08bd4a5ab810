/** The longest exit URL, in characters. Spec: common.xsd, url. */
const LONGEST = 500;

/**
 * Says what keeps a text from being an exit URL, or nothing when a browser can be sent there. Spec: direct.xsd,
 * exit-urls.
 */
export function whatIsWrongWithExitUrl(text: string): string | undefined {
  if (Array.from(text).length > LONGEST) return `must have at most ${LONGEST} characters`;
  return /^https?:\/\/\S+$/iu.test(text) && URL.canParse(text)
    ? undefined
    : 'must be a whole URL that begins with https:// or http://, without blanks';
}
