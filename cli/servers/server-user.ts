import { readFileSync } from 'fs';
import { ServerUser } from './temporary-folder';

/** Users that a database server may run as, the best first. */
const CANDIDATES = ['postgres', 'nobody'];

/** PostgreSQL refuses to run as root: then the user to run it as, else nobody else. */
export function serverUser(): ServerUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const users = new Map(readFileSync('/etc/passwd', 'utf8').split('\n').map((line) => {
    const [name, , uid, gid] = line.split(':');
    return [name, { uid: Number(uid), gid: Number(gid) }];
  }));
  for (const name of CANDIDATES) {
    const user = users.get(name);
    if (user) return user;
  }
  throw new Error('PostgreSQL refuses to run as root, and there is neither a user "postgres" nor "nobody"; run this as another user');
}
