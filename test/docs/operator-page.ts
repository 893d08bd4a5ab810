import { codeBlocks, codeWords } from './markdown.js';
import { readProjectFile } from './project-files.js';

const OPERATING = readProjectFile('docs/operating.md');
const PROSE = OPERATING.replaceAll(/^```[\s\S]*?^```$/gmu, '');

/** Commands of the page that its test cannot run, by how they begin, with the reason. */
export const NOT_FOLLOWED: Readonly<Record<string, string>> = {
  'npm run image': 'needs Docker, or root and Debian packages; it checks the image that it builds',
  'docker compose': 'needs Docker; compose.test.ts compares it with docker-compose.yml',
  'node --import @opentelemetry/auto-instrumentations-node':
    'starts a program of the reader, with a package that only programs need; traces.test.ts has such a program',
  'npm run bench': 'measures for minutes, and changes nothing that an operator looks after',
};

/** A command that can be run as it stands: a fragment such as `update execute` names no workflow. */
const INLINE_COMMAND = /^(npx signering|npm run|docker compose) \S|^temporal .*--(workflow-id|query)/u;

/**
 * Every command of docs/operating.md that an operator can copy, as it stands there: each `sh` block, and the commands
 * inside sentences.
 */
export function operatorCommands(): readonly string[] {
  const inline = codeWords(PROSE)
    .map((words) => words.replaceAll(/\s+/gu, ' '))
    .filter((words) => INLINE_COMMAND.test(words));
  const commands = [...codeBlocks(OPERATING, 'sh').map((block) => block.trim()), ...inline];
  return [...new Set(commands)];
}

/** The one command of the page that contains a text. */
export function operatorCommand(text: string): string {
  const exact = operatorCommands().filter((command) => command === text);
  const found = exact.length > 0 ? exact : operatorCommands().filter((command) => command.includes(text));
  if (found.length !== 1) {
    throw new Error(`docs/operating.md has ${found.length} commands with "${text}", not one.`);
  }
  return found[0]!;
}

/** The commands that the scenarios follow. */
export const COMMANDS = {
  settings: operatorCommand('. .signering/dev.env'),
  lists: operatorCommand('SigningDeadline <'),
  listed: operatorCommand('npx signering list'),
  views: operatorCommand('--view not-archived --json'),
  status: operatorCommand('npx signering status REF'),
  statusJson: operatorCommand('npx signering status REF --json'),
  exitStatus: operatorCommand('--exit-status'),
  firstFailed: operatorCommand('--failed --json'),
  doctor: operatorCommand('npx signering doctor'),
  doctorClient: operatorCommand('npx signering doctor --client'),
  failedAndUnencrypted: operatorCommand('TemporalChangeVersion'),
  ask: operatorCommand('npx signering queue\n'),
  cancel: operatorCommand('npx signering cancel'),
  sendAgain: operatorCommand('send-again'),
  giveUp: operatorCommand('give-up'),
  fetchAgain: operatorCommand('contract-2041 fetch-again'),
  accept: operatorCommand('accept --by'),
  confirmForeign: operatorCommand('--confirm-foreign'),
  fetch: operatorCommand('npx signering fetch'),
  export: operatorCommand('npx signering export'),
  delete: operatorCommand('npx signering delete'),
  hold: operatorCommand('npx signering hold'),
  erase: operatorCommand('npx signering erase'),
  retention: operatorCommand('npx signering retention'),
  recover: operatorCommand('npx signering recover'),
  findLedgerEntry: operatorCommand('sha256sum'),
  stop: operatorCommand('temporal workflow cancel'),
  newKey: operatorCommand('npx signering keys new'),
  listKeys: operatorCommand('npx signering keys list'),
  rotateStep1: operatorCommand('--check --step 1'),
  rotateStep2: operatorCommand('--check --step 2'),
  rotate: operatorCommand('keys rotate --check --clients-done'),
  decoded: operatorCommand('--codec-auth'),
} as const;
