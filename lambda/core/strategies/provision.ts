import { Session } from '../engine';
import { Work } from '../rotation';
import { Version } from '../secret-value';

/**
 * Creates the login of AWSCURRENT, with the password of AWSCURRENT, where the deployment says so.
 *
 * @returns whether it was missing
 */
export async function createIfMissing({ facts, log }: Work, session: Session, { credential }: Version): Promise<boolean> {
  const { create, role } = facts;
  if (create === undefined || await session.exists(credential.username)) return false;
  await session.apply(credential, { rights: { role, create } });
  log.info('the login was created', { privileges: create });
  return true;
}
