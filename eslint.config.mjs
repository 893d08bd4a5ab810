import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import eslint from '@eslint/js';
import importX from 'eslint-plugin-import-x';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import tseslint from 'typescript-eslint';

const ROOT = import.meta.dirname;
const { workspaces: PACKAGES } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

/** Dependencies of a package that are there for their types: its compiled code must not load them. */
const TYPES_ONLY = {
  storage: ['@signering/contract'],
  encryption: ['@temporalio/client'],
  settings: ['@signering/signatures', '@temporalio/client'],
  contract: ['@temporalio/client'],
  activities: ['@signering/encryption', '@temporalio/worker'],
  workflows: ['@signering/activities'],
};

/** Imports that package.json permits but a package must not use. */
const FORBIDDEN = {
  workflows: [
    ['@signering/(contract/schemas|schema/xml)', 'A workflow bundle holds no validator and no XML parser.'],
  ],
  client: [
    [
      '@signering/document-package',
      'A client inspects documents and does no cryptography: import @signering/document-package/inspection.',
    ],
  ],
};

const NODE = `(node:.*|${builtinModules.filter((name) => !name.startsWith('_')).join('|')})`;

function restrictedImports(name) {
  const patterns = (TYPES_ONLY[name] ?? []).map((dependency) => ({
    regex: `^${dependency}(/.*)?$`,
    message: `${name} uses the types of ${dependency} only.`,
    allowTypeImports: true,
  }));
  for (const [module, message] of FORBIDDEN[name] ?? []) patterns.push({ regex: `^${module}$`, message });
  if (name === 'workflows' || name === 'contract') {
    patterns.push({
      regex: `^${NODE}$`,
      message: 'Workflow code uses nothing of Node: it must give the same answers on every replay.',
    });
  }
  return patterns;
}

export default tseslint.config(
  {
    ignores: ['**/dist/', 'docs/reference/', '**/node_modules/', '.signering/', '.cache/', 'dist-packages/'],
  },
  eslint.configs.recommended,
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: ROOT } },
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
      // Modules of NestJS.
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
    },
  },
  ...PACKAGES.map((name) => ({
    files: [`${name}/**/*.ts`, `${name}/**/*.tsx`],
    rules: {
      // The dependencies in each package.json determine which imports are permitted.
      'import-x/no-extraneous-dependencies': [
        'error',
        { packageDir: join(ROOT, name), devDependencies: false, includeTypes: true },
      ],
      'import-x/no-relative-packages': 'error',
      '@typescript-eslint/no-restricted-imports': ['error', { patterns: restrictedImports(name) }],
    },
  })),
  {
    files: ['test/**/*.ts', 'bench/**/*.ts'],
    // describe and it return promises that the runner awaits; assertions read better with ! where the test has just made sure.
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
    files: ['sender-portal/pages/*.js'],
    languageOptions: {
      globals: {
        document: 'readonly',
        addEventListener: 'readonly',
        innerHeight: 'readonly',
        scrollBy: 'readonly',
        location: 'readonly',
        history: 'readonly',
        fetch: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        setInterval: 'readonly',
        clearInterval: 'readonly',
        window: 'readonly',
        URL: 'readonly',
        AbortSignal: 'readonly',
        DOMParser: 'readonly',
        EventSource: 'readonly',
      },
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
