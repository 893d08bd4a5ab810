/** A password as bytes for key derivation. */
export interface PasswordForm {
  /** For the key derivation of PKCS#12: UTF-16 and two zero bytes, or no bytes. Spec: RFC 7292, B.1. */
  readonly utf16: Buffer;
  /** For PBKDF2, scrypt and PBMAC1. */
  readonly bytes: Buffer;
}

/**
 * Possible encodings of a password, the most likely first: UTF-8 or Latin-1, with and without a line break that an
 * editor, `echo` or a mounted secret added. Without a password both conventions apply: no bytes, or those of an empty
 * text.
 */
export function passwordFormsOf(password: string | undefined): readonly PasswordForm[] {
  if (password === undefined || password === '') {
    const none = Buffer.alloc(0);
    return [
      { utf16: none, bytes: none },
      { utf16: Buffer.alloc(2), bytes: none },
    ];
  }
  const texts = new Set([password, password.replace(/(?:\r?\n)+$/u, '')]);
  return [...texts].flatMap((text) => {
    const utf16 = Buffer.from(`${text}\0`, 'utf16le').swap16();
    const isAscii = /^[\0-\x7f]*$/u.test(text);
    const encodings = isAscii ? (['utf8'] as const) : (['utf8', 'latin1'] as const);
    return encodings.map((encoding) => ({ utf16, bytes: Buffer.from(text, encoding) }));
  });
}
