// The commands that this package adds to `signering` where it is installed.
import type { Command } from 'commander';
import { addDemoCommand } from './demo.js';
import { addDevCommand } from './dev.js';
import { addSandboxCommand } from './sandbox.js';

export const devStackCommands: readonly ((program: Command) => void)[] = [
  addDevCommand,
  addDemoCommand,
  addSandboxCommand,
];
