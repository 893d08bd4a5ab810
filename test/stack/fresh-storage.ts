import { openFileStorage } from '@signering/storage';
import { freshFolder } from './run-folder.js';

/** A fresh folder with the identity that a worker gives to its storage. */
export async function freshStorage(): Promise<string> {
  const root = freshFolder('storage');
  await openFileStorage({ root, create: true });
  return root;
}
