// All texts of the pages, in each language.
import { en } from './en.js';
import type { nb as Nb } from './nb.js';
import { nb } from './nb.js';
import { nn } from './nn.js';

/** The languages of the portal, the default first. */
export const LANGUAGES = ['nb', 'nn', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

/** The texts of one language: every language has every key. */
export type Texts = typeof Nb;

export const TEXTS: Readonly<Record<Language, Texts>> = { nb, nn, en };
