import { connect, logsIn, takeLock, verify } from '../actor';
import { findVersion, readVersion } from '../versions';
import { fence, Answer, NOTHING, Operation } from './operation';
import { adopt, adoptedFields } from '../adopt';
import { asRotationError, RotationError } from '../errors';
import { isUnfinished, Labels } from '../labels';
import { editedFields, parseCredential, Version } from '../secret-value';

/** Makes the version that logs in AWSCURRENT. What somebody edited in AWSCURRENT is kept. */
export async function adoptVersion(operation: Operation): Promise<Answer & { readonly current: string }> {
  const labels = await operation.store.describe();
  const current = await readVersion(operation, labels.requireCurrent());
  const chosen = await choose(operation, labels, current);
  const actor = { session: await connect(operation, chosen.credential), version: chosen };
  const { session } = await takeLock(operation, actor, { proveAgain: isUnfinished(labels) });
  try {
    if (chosen.id === current.id) return { outcome: 'unchanged', current: current.id, next: NOTHING };
    await fence(operation, labels);
    await requireEditsLogIn(operation, chosen, current);
    const { id } = await adopt(operation, chosen, current);
    const goesOn = labels.pending !== undefined && labels.pending !== id;
    return { outcome: 'adopted', current: id, next: goesOn ? 'a rotation is pending, and Secrets Manager goes on with it: abort it if it should not' : NOTHING };
  } finally {
    await session.close();
  }
}

async function choose(operation: Operation, labels: Labels, current: Version): Promise<Version> {
  const { version: named } = operation.event;
  const ids = labels.all.map(([id]) => id);
  if (named !== undefined) {
    if (ids.includes(named)) return readVersion(operation, named);
    throw new RotationError('EVENT', `version ${named} has no label`, { hint: `"VersionId" is one of ${ids.join(', ')}` });
  }
  if (await logsIn(operation, current)) return current;
  const [found, ...others] = await allThatLogIn(operation, ids.filter((id) => id !== current.id));
  if (!found) throw new RotationError('DRIFT', 'no version of the secret that has a label logs in');
  const different = others.filter(({ credential: { username, password } }) => username !== found.credential.username || password !== found.credential.password);
  if (different.length === 0) return found;
  throw new RotationError('EVENT', `more than one version logs in: ${[found, ...different].map(({ id }) => id).join(', ')}`, { hint: 'say by "VersionId" which one is to be AWSCURRENT' });
}

async function allThatLogIn(operation: Operation, ids: readonly string[]): Promise<Version[]> {
  const found: Version[] = [];
  for (const id of ids) {
    const version = await findVersion(operation, id);
    if (version && await logsIn(operation, version)) found.push(version);
  }
  return found;
}

/** What was edited may itself be why AWSCURRENT does not log in. */
async function requireEditsLogIn(operation: Operation, version: Version, current: Version): Promise<void> {
  const { engine, facts, strategy } = operation;
  const edited = editedFields(version.fields, current.fields, strategy.rotated);
  if (edited.length === 0) return;
  try {
    await verify(operation, parseCredential(engine, adoptedFields(operation, version, current), facts));
  } catch (error) {
    throw new RotationError(asRotationError(error).code, `with ${edited.map((name) => JSON.stringify(name)).join(', ')} as edited in AWSCURRENT, version ${version.id} does not log in`, {
      cause: error,
      hint: 'correct what was edited, then adopt again',
    });
  }
}
