// The pages' words: a new language is one file and one line here.
import type { Language } from '../language.js';
import { ENGLISH } from './english.js';
import { NORWEGIAN } from './norwegian.js';
import type { Texts } from './texts.js';

export type { Texts } from './texts.js';
export const TEXTS: Readonly<Record<Language, Texts>> = { nb: NORWEGIAN, en: ENGLISH };
