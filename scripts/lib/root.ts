import * as path from 'path';

/** The folder of the project. */
export const ROOT = path.join(__dirname, '..', '..');

/** Path of a program that npm installed for a project. Each npx would cost half a second. */
export function program(name: string, folder: string = ROOT): string {
  return path.join(folder, 'node_modules', '.bin', name);
}
