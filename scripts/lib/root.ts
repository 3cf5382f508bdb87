import * as path from 'path';

/** The folder of the project. */
export const ROOT = path.join(__dirname, '..', '..');
