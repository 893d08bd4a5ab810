/** The texts of all elements of a name, in a message without prefixes. */
export function elements(xml: string, name: string): readonly string[] {
  return [...xml.matchAll(new RegExp(`<${name}(?: [^>]*)?>([^<]*)</${name}>`, 'gu'))].map(
    ([, text]) => text ?? '',
  );
}

/** The text of the first element of a name; fails the test when there is none. */
export function element(xml: string, name: string): string {
  const text = elements(xml, name)[0];
  if (text === undefined) throw new Error(`There is no ${name} in: ${xml}`);
  return text;
}

/** A status with its time, for each signer in the message's order. */
export function statusesIn(xml: string): readonly { readonly status: string; readonly since: string }[] {
  return [...xml.matchAll(/<status since="([^"]*)">([^<]*)<\/status>/gu)].map(
    ([, since = '', status = '']) => ({
      status,
      since,
    }),
  );
}
