import { builtinModules } from 'node:module';
import eslint from '@eslint/js';
import importX from 'eslint-plugin-import-x';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import tseslint from 'typescript-eslint';
import { HOUSE, SECOND_DOORS } from './house.config.mjs';

const ROOMS = [...Object.keys(HOUSE), 'cli', 'test', 'bench', 'scripts', 'docs'];

/** What a system that only starts jobs loads. */
const CLIENT_ROOMS = ['client', 'contract', 'encryption', 'settings', 'storage'];

/** Import paths that lead from one room into another, past nothing but a door. */
function forbiddenPatterns(room) {
  const allowed = HOUSE[room];
  const may = (name) => name === 'schema' || name === room || allowed?.includes(name);
  const mayTypes = (name) => allowed?.includes(`${name} (types)`);
  const patterns = [];
  for (const other of ROOMS) {
    if (other === room) continue;
    const doors = [undefined, ...(SECOND_DOORS[other] ?? [])];
    for (const door of doors) {
      const name = door === undefined ? other : `${other}/${door}`;
      const path = `${name}/index.js`;
      const open =
        allowed === undefined ||
        may(name) ||
        (other === 'schema' && door !== undefined && room !== 'workflows');
      if (open) continue;
      patterns.push({
        regex: `^(\\.\\./)+${path.replaceAll('.', '\\.')}$`,
        message: `${room} may not import ${name}: see house.config.mjs.`,
        allowTypeImports: mayTypes(name) ?? false,
      });
    }
    if (allowed !== undefined) {
      const doorPaths = doors.map((door) => (door === undefined ? 'index' : `${door}/index`)).join('|');
      patterns.push({
        regex: `^(\\.\\./)+${other}/(?!(${doorPaths})\\.js$).*\\.js$`,
        message: `Import another room by its door, ${other}/index.js.`,
      });
    }
  }
  if (room === 'workflows' || room === 'contract') {
    patterns.push({
      regex: `^(node:.*|${builtinModules.filter((name) => !name.startsWith('_')).join('|')})$`,
      message: 'Workflow code uses nothing of Node: it must give the same answers on every replay.',
    });
  }
  if (CLIENT_ROOMS.includes(room)) {
    patterns.push({
      regex: '^@temporalio/(common|proto|workflow)',
      message:
        'A system that starts jobs has its own copy of it, by @temporalio/client: import that, or types.',
      allowTypeImports: true,
    });
  }
  return patterns;
}

export default tseslint.config(
  { ignores: ['dist/', 'docs/reference/', 'node_modules/', '.signering/', '.cache/'] },
  eslint.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { 'import-x': importX },
    settings: { 'import-x/resolver-next': [createTypeScriptImportResolver()] },
    rules: {
      'max-lines': ['error', { max: 400 }],
      'import-x/no-cycle': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      // It does not know that the type argument of defineUpdate is a return type.
      '@typescript-eslint/no-invalid-void-type': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
    },
  },
  ...Object.keys(HOUSE).map((room) => ({
    files: [`${room}/**/*.ts`],
    rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns: forbiddenPatterns(room) }] },
  })),
  {
    files: ['test/**/*.ts', 'bench/**/*.ts'],
    // describe and it return promises to nobody; assertions read better with ! where the test has just made sure.
    rules: { '@typescript-eslint/no-non-null-assertion': 'off' },
  },
  {
    files: ['**/*.cjs'],
    languageOptions: {
      sourceType: 'commonjs',
      globals: { require: 'readonly', process: 'readonly', console: 'readonly' },
    },
  },
  {
    files: ['**/*.mjs'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        setTimeout: 'readonly',
        setInterval: 'readonly',
        clearInterval: 'readonly',
      },
    },
  },
);
