import { invalidParameter, ServiceError, tokenInUse } from '../errors';
import { sameContent, Secret, SecretContent, Version } from '../store/secret';
import { addVersion, moveLabels, pruneVersions } from '../store/versions';

/** The value in a request, if there is one. */
export function contentOf(input: SecretContent): SecretContent | undefined {
  const { SecretString: text, SecretBinary: bytes } = input;
  if (text !== undefined && bytes !== undefined) {
    throw invalidParameter("You can't specify both a binary secret value and a string secret value in the same secret.");
  }
  if (text !== undefined) return { SecretString: text };
  return bytes === undefined ? undefined : { SecretBinary: bytes };
}

/** An SDK adds a token by itself; a raw request must bring one. */
export function requireToken(token: string | undefined, error: (message: string) => ServiceError): void {
  if (token === undefined) throw error('You must provide a ClientRequestToken value. We recommend a UUID-type value.');
}

/** Versions never change: the same request again does nothing, another value with the same token is refused. */
export function writeVersion(secret: Secret, token: string, content: SecretContent, labels: readonly string[], now: number): Version {
  const existing = secret.versions.get(token);
  if (existing?.content !== undefined) {
    if (!sameContent(existing.content, content)) throw tokenInUse(token, secret.arn);
    return existing;
  }
  const version = existing ?? addVersion(secret, token, now);
  try {
    moveLabels(secret, labels, version);
  } catch (error) {
    if (existing === undefined) secret.versions.delete(token);
    throw error;
  }
  version.content = content;
  secret.lastChanged = now;
  secret.valueChanged = now;
  pruneVersions(secret, now);
  return version;
}
