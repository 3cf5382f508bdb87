import { Strategy } from '../rotation';
import { adminAssisted } from './admin-assisted';
import { alternatingUsers } from './alternating-users';
import { singleUser } from './single-user';
import { SecretFacts } from '../../../src/handler-contract';

/** The way in which a secret is rotated. */
export function strategyOf({ strategy, dualPasswords }: SecretFacts): Strategy {
  switch (strategy) {
    case 'single-user': return singleUser;
    case 'admin-assisted': return adminAssisted(dualPasswords === 'true');
    case 'alternating-users': return alternatingUsers;
  }
}
