import { verify } from '../actor';
import { Change, Rotation } from '../rotation';

/** Gives the database the password of AWSCURRENT back. That it works again is not claimed unseen. */
export async function setBack(rotation: Rotation, { actor, current }: Change): Promise<string> {
  await actor.session.apply(current.credential);
  await verify(rotation, current.credential);
  return 'the one of AWSCURRENT was set back';
}
