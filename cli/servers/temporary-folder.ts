import { chmodSync, chownSync, mkdtempSync } from 'fs';
import * as os from 'os';
import * as path from 'path';

/** The user that a server runs as. */
export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

/** A folder of its own, which the user of the server may use and others may not read. */
export function temporaryFolder(prefix: string, user: ServerUser | undefined): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), prefix));
  chmodSync(folder, 0o700);
  if (user) chownSync(folder, user.uid, user.gid);
  return folder;
}
