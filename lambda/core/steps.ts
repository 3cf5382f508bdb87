import { createSecret } from './create-secret';
import { finishSecret } from './finish-secret';
import { Labels } from './labels';
import { Rotation } from './rotation';

/**
 * Runs a step, unless the rotation has ended.
 *
 * The change of the password belongs to finishSecret: each step is an invocation of its own, and between change and promotion
 * AWSCURRENT does not authenticate. So nothing is left for setSecret, not even a call.
 */
export async function runStep(rotation: Rotation): Promise<void> {
  const { step, version } = rotation.event;
  if (step === 'setSecret') return;
  if (step === 'finishSecret') {
    await finishSecret(rotation);
    return;
  }
  const labels = await rotation.store.describe();
  if (!labels.isPending(version)) {
    rotation.log.info('the version is AWSCURRENT already');
    return;
  }
  await (step === 'createSecret' ? createSecret : testSecret)(rotation, labels);
}

/**
 * In a rotation, createSecret has proved everything moments ago, and finishSecret proves it again before the change.
 *
 * When somebody configures rotation without rotating at once, Secrets Manager calls this step alone, with a version that this
 * function did not write. Then AWSCURRENT must log in, and it must be possible to change its password.
 */
async function testSecret(rotation: Rotation, labels: Labels): Promise<void> {
  if (labels.journal === rotation.event.version) return;
  await rotation.strategy.probe(rotation, labels);
}
