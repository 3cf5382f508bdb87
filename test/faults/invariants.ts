import { Fault } from './faults/fault';
import { errorsOf, Fields, sameLogin, Scene } from './scene';
import { Login, neverFails } from './targets/target';
import { RotationStep } from '../../cli/local-aws';

const STEPS: readonly RotationStep[] = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'];

/** I1 and I2, which hold at every instant. */
export async function brokenInvariants(scene: Scene, faults: readonly Fault[], when: string): Promise<string[]> {
  const broken: string[] = [];
  const { labelled, others } = await scene.versions();
  const accepted = await scene.target.accepted([...labelled, ...others]);
  if (!accepted.some(({ labels }) => labels.length > 0) && scene.madeByHand.length === 0) broken.push(`I1 ${when}: no version with a label logs in`);
  // Whoever edits AWSCURRENT makes it AWSPREVIOUS, and takes that label from the password that had it.
  const taken = neverFails(scene.setting) && faults.some(({ edits }) => edits);
  if (!taken && accepted.some(({ labels }) => labels.length === 0)) broken.push(`I2 ${when}: a password that the database accepts has no label`);
  if (neverFails(scene.setting) && scene.madeByHand.length === 0 && !accepted.some(({ labels }) => labels.includes('AWSCURRENT'))) broken.push(`I1 ${when}: AWSCURRENT does not log in`);
  return broken;
}

export interface Before {
  readonly faults: readonly Fault[];
  readonly rightsBefore: readonly string[];
}

/** After the faulty rotation: one more rotation, which must be clean, and all that must hold then. */
export async function brokenInTheEnd(scene: Scene, { faults, rightsBefore }: Before): Promise<string[]> {
  const broken: string[] = [];
  const wasClean = await scene.currentIsAccepted();
  const failedBefore = scene.failedLogins();
  let result = await scene.rotate();
  // The service may have tried a rotation again that was not complete, and that gives way to an edit made since.
  if (scene.tokens.slice(0, -1).includes(scene.tokens.at(-1)!)) result = await scene.rotate();
  if (result.status !== 'succeeded') return [`stuck: the next rotation failed: ${errorsOf(result)}`];
  if (!await scene.currentLogsIn()) broken.push('LOCKED OUT: AWSCURRENT is refused after the next rotation');

  const current = await scene.value();
  if (faults.some(({ edits }) => edits) && current.note !== 'edited') broken.push('the edit of the secret was lost');
  const rights = await scene.rights();
  if (rights.join('\n') !== rightsBefore.join('\n')) broken.push(`I3: the rights differ: ${difference(rightsBefore, rights)}`);
  if (wasClean && scene.failedLogins() > failedBefore) broken.push(`I6: the clean rotation made ${scene.failedLogins() - failedBefore} failed logins`);
  broken.push(...await repeated(scene, current), ...await outlived(scene), ...secretsInLogs(scene, await scene.passwords()));
  return broken;
}

/** I4 and I8: steps of the last rotation again, and of all earlier ones, change nothing. */
async function repeated(scene: Scene, current: Fields): Promise<string[]> {
  const broken: string[] = [];
  const labels = JSON.stringify(await scene.labels());
  const late = await scene.spawn();
  for (const token of new Set(scene.tokens)) {
    for (const Step of STEPS) {
      const error = await late.invoke({ Step, SecretId: scene.secret, ClientRequestToken: token, RotationToken: token });
      if (error && token === scene.tokens.at(-1)) broken.push(`I4: ${Step} again fails: ${error.message}`);
    }
  }
  if (JSON.stringify(await scene.labels()) !== labels) broken.push('I4, I8: steps that were repeated moved labels');
  if (!await scene.target.logsIn(current as unknown as Login)) broken.push('I4, I8: steps that were repeated changed the password');
  return broken;
}

/** I7: only AWSCURRENT is left, and with a pair or two passwords AWSPREVIOUS. */
async function outlived(scene: Scene): Promise<string[]> {
  const labels = neverFails(scene.setting) ? ['AWSCURRENT', 'AWSPREVIOUS'] : ['AWSCURRENT'];
  const { all } = await scene.versions();
  const allowed = all.filter((version) => version.labels.some((label) => labels.includes(label)));
  const old = all.filter((version) => !allowed.some((other) => sameLogin(version, other)));
  const alive = await scene.target.accepted(old);
  return alive.map((version) => `I7: the password of a version with ${version.labels.join(', ') || 'no label'} outlived the next rotation`);
}

/** I5, in the function; the server's log is searched once for all cases. */
function secretsInLogs(scene: Scene, passwords: readonly string[]): string[] {
  const texts = scene.containers.map(({ records, errors }) => JSON.stringify(records) + errors.map((error) => `${error.stack} ${String(error.cause)}`).join());
  const found = passwords.filter((password) => texts.some((text) => text.includes(password)));
  const verifiers = texts.filter((text) => /SCRAM-SHA-256\$|\*[0-9A-F]{40}/.test(text));
  return [...found.map(() => 'I5: a password stands in the log of the function'), ...verifiers.map(() => 'I5: a verifier stands in the log of the function')];
}

function difference(before: readonly string[], after: readonly string[]): string {
  return [...before.filter((line) => !after.includes(line)).map((line) => `-${line}`), ...after.filter((line) => !before.includes(line)).map((line) => `+${line}`)].join(', ');
}
