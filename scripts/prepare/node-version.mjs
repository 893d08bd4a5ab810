const OLDEST_NODE = [20, 19];

/** Why this Node version is too old; undefined if it is supported. */
export function whatIsWrongWithNode(version) {
  const [major, minor] = version.replace(/^v/, '').split('.').map(Number);
  const enough = major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
  if (enough) return undefined;
  return `Node.js ${OLDEST_NODE.join('.')} or newer is required, and this is ${version}: install a newer one from https://nodejs.org and try again.`;
}
