import { openActor } from './actor';
import { createSecret } from './create-secret';
import { Credential } from './engine';
import { Step } from './event';
import { finishSecret } from './finish-secret';
import { Labels } from './labels';
import { Rotation } from './rotation';

type RunStep = <C extends Credential>(rotation: Rotation<C>, labels: Labels) => Promise<void>;

/**
 * What happens in each step. The change of the password belongs to finishSecret: each step is an invocation of its own, and
 * between change and promotion AWSCURRENT does not authenticate. So nothing is left for setSecret, not even a call.
 */
const STEPS: { readonly [step in Exclude<Step, 'setSecret'>]: RunStep } = {
  createSecret,
  testSecret,
  finishSecret,
};

/** Runs a step, unless the rotation has ended. */
export async function runStep<C extends Credential>(rotation: Rotation<C>): Promise<void> {
  const { step } = rotation.event;
  if (step === 'setSecret') return;
  const labels = await rotation.store.describe();
  if (!labels.isPending(rotation.event.version)) {
    rotation.log.info('the version is AWSCURRENT already');
    return;
  }
  await STEPS[step](rotation, labels);
}

/**
 * In a rotation, createSecret has proved everything moments ago, and finishSecret proves it again before the change.
 *
 * When somebody configures rotation without rotating at once, Secrets Manager calls this step alone, with a version that this
 * function did not write. Then AWSCURRENT must log in, and must be able to change its password.
 */
async function testSecret<C extends Credential>(rotation: Rotation<C>, labels: Labels): Promise<void> {
  if (labels.journal === rotation.event.version) return;
  const actor = await openActor(rotation, [labels.requireCurrent()]);
  try {
    await actor.session.rehearse?.(actor.version.credential);
  } finally {
    await actor.session.close();
  }
}
