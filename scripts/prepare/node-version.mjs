const OLDEST_NODE = [20, 19];

/** One sentence when this Node is too old, nothing when it will do. */
export function whatIsWrongWithNode(version) {
  const [major, minor] = version.replace(/^v/, '').split('.').map(Number);
  const enough = major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
  if (enough) return undefined;
  return `This needs Node.js ${OLDEST_NODE.join('.')} or newer, and ${version} runs here: install a newer one from https://nodejs.org and try again.`;
}
