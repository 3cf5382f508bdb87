import { existsSync, statSync } from 'fs';
import { NotRehearsable } from './not-rehearsable';
import { Located } from './resources';

/**
 * The folder with the code of a function.
 *
 * @throws NotRehearsable if there is none that can be run here
 */
export function codeOf({ stack, resource }: Located): string {
  const { Runtime, Code, PackageType } = resource.Properties ?? {};
  const { S3Key, ZipFile } = (Code ?? {}) as { readonly S3Key?: unknown; readonly ZipFile?: unknown };
  if (PackageType === 'Image') throw new NotRehearsable('the code of the function is a container image; a folder can be run here');
  if (!/^nodejs\d+\.x$/.test(String(Runtime))) throw new NotRehearsable(`the runtime of the function is ${JSON.stringify(Runtime)}; Node.js can be run here`);
  if (ZipFile !== undefined) throw new NotRehearsable('the code of the function stands in the template; an asset can be run here');
  const folder = stack.files.get(String(S3Key));
  if (folder === undefined || !existsSync(folder)) throw new NotRehearsable('the code of the function is not among the assets of the app');
  if (!statSync(folder).isDirectory()) throw new NotRehearsable('the code of the function is an archive; a folder can be run here');
  return folder;
}
