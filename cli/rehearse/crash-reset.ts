import { MadeByFunction } from './databases/stand-in';
import { SecretJson } from './initial-secret';
import { PlannedFacts } from './planned-facts';
import { DeployedSecret } from './secret-deployer';
import { SecretsManager } from './secrets-manager';

/**
 * Makes the next rotation start from where the first one did: what the function makes is missing, all else works, and no rotation
 * is under way.
 *
 * @param rotate rotates once, without a crash
 */
export async function restore(secretsManager: SecretsManager, { arn, standIn, facts }: DeployedSecret, rotate: () => Promise<unknown>): Promise<void> {
  await secretsManager.cancel(arn);
  // The second login of a pair can only be made anew while it is not in use.
  if (isSecondOfPair(facts, await secretsManager.current(arn))) await rotate();
  const current = await secretsManager.current(arn);
  await standIn.remove(madeByFunction(facts, current), current.dbname);
  if (facts?.create === undefined && !await standIn.logsIn(current)) await standIn.setPassword(current);
}

function isSecondOfPair(facts: PlannedFacts | undefined, { username }: SecretJson): boolean {
  return facts?.create === undefined && username === facts?.otherUsername;
}

function madeByFunction(facts: PlannedFacts | undefined, current: SecretJson): MadeByFunction {
  const second = facts?.otherUsername === undefined ? [] : [facts.otherUsername];
  if (facts?.create !== undefined) return { logins: [facts.username!, ...second], role: facts.role };
  return { logins: isSecondOfPair(facts, current) ? [] : second };
}
